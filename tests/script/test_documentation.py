import re
import tomllib

import pytest

from script.checkout import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
DEPENDENCIES = (ROOT / "docs" / "dependencies.md").read_text()


def variables_of_settings():
    texts = [(ROOT / "mapping" / name).read_text() for name in ("settings.py", "account_settings.py")]
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", " ".join(texts)))


def variables_of_scripts():
    found = set()
    for path in (ROOT / "script").glob("*.py"):
        text = path.read_text()
        found |= set(re.findall(r"environ(?:\.get\(|\[)\s*\"([A-Za-z_]+)\"", text))
        found |= set(re.findall(r"\bcount\(\s*\"([A-Z_]+)\"", text))
    found |= set(re.findall(r"\$\{(DRILL_[A-Z]+)", (ROOT / "script" / "drill-chroot").read_text()))
    return found


def test_the_search_for_variables_finds_those_that_are_known():
    assert {"DATABASE_URL", "SITE_URL", "TILE_URL", "LOCAL_SIGNUP"} <= variables_of_settings()
    assert {"PORT", "DATABASE_URL", "WEB_THREADS", "DRILL_DIR"} <= variables_of_scripts()


def test_every_variable_of_the_environment_is_documented():
    missing = {name for name in variables_of_settings() | variables_of_scripts() if f"`{name}`" not in OPERATIONS}
    assert not missing


def test_every_command_is_documented():
    commands = [path.name for path in (ROOT / "script").iterdir() if path.is_file() and "." not in path.name]
    assert len(commands) >= 6
    assert not [name for name in commands if f"`script/{name}" not in OPERATIONS]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "package.json"])
def test_every_pinned_dependency_is_documented_and_nothing_else(file):
    text = (ROOT / file).read_text()
    if file == "package.json":
        names = set(re.findall(r"\"([^\"]+)\": \"\d", text))
    else:
        names = set(re.findall(r"^([A-Za-z0-9-]+)==", text, re.MULTILINE))
    section = next(part for part in DEPENDENCIES.split("\n## ") if f"(`{file}`)" in part.splitlines()[0])
    assert names == set(re.findall(r"^\| ([@\w/-]+) \|", section, re.MULTILINE)) - {"package"}


def test_requirements_are_pinned_exactly():
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text().splitlines():
            assert re.fullmatch(r"(#.*|-r requirements\.txt|[\w-]+==[\w.]+|)", line), line


def test_the_oldest_python_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    assert "(3, 11)" in (ROOT / "script" / "python.sh").read_text()
