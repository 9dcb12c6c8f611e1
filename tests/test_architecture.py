"""How the house is built: imports run one way, files stay small, names say what is inside."""

import ast
import importlib
import json
import re
import subprocess

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tests.source import FUNCTIONS, ROOMS, ROOT, python_files, short, tree

LONGEST = 300
NO_NAME = {"utils", "util", "helpers", "helper", "services", "service", "managers", "common", "misc", "tools", "lib"}
CODE = python_files(*ROOMS, "script")


def imported(path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            here = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
            found.add(".".join([*here, *([node.module] if node.module else [])]))
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way_like_water(room):
    above = ROOMS[ROOMS.index(room) + 1 :]
    wrong = {
        short(path): sorted(name for name in imported(path) if name.split(".")[0] in above)
        for path in python_files(room, migrations=True)
    }
    assert not {path: names for path, names in wrong.items() if names}


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_the_tests_or_the_scripts(room):
    for path in python_files(room, migrations=True):
        assert not {name.split(".")[0] for name in imported(path)} & {"tests", "script"}, short(path)


def test_no_file_is_longer_than_three_hundred_lines():
    files = [*CODE, *(ROOT / "static").rglob("*.js"), *(ROOT / "static").rglob("*.css")]
    long = {short(path): count for path in files if (count := len(path.read_text().splitlines())) > LONGEST}
    assert len(files) > 80 and not long


def test_no_file_is_named_after_nothing():
    names = [path for path in [*CODE, *(ROOT / "static").rglob("*.js")] if path.stem in NO_NAME]
    assert not names


def test_the_project_package_is_empty_at_its_door():
    for room in ROOMS:
        assert (ROOT / room / "__init__.py").read_text() == ""


def foreign_keys() -> list[models.Field]:
    ours = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    return [
        f for model in ours for f in model._meta.get_fields() if f.is_relation and f.concrete and not f.auto_created
    ]


def test_what_hangs_on_a_lower_room_is_asked_from_above():
    for field in foreign_keys():
        here, there = field.model._meta.app_label, field.related_model._meta.app_label
        if there in ROOMS and ROOMS.index(there) < ROOMS.index(here) and not field.many_to_many:
            assert field.remote_field.related_name == "+", field


def test_every_published_model_has_its_identity_and_its_origin_from_the_first_migration():
    from neighbourhoods.records import Published, Sourced

    for model in apps.get_models():
        if issubclass(model, Published):
            assert issubclass(model, Sourced), model
            app = model._meta.app_label
            texts = [path.read_text() for path in sorted((ROOT / app / "migrations").glob("0*.py"))]
            created = next(text for text in texts if f'name="{model._meta.object_name}"' in text)
            for name in ("uid", "source", "licence", "precision"):
                assert f'"{name}"' in created, (model, name)


def functions(path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]


def test_every_function_is_annotated():
    bare = []
    for path in CODE:
        for node in functions(path):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            arguments += filter(None, [node.args.vararg, node.args.kwarg])
            own = [one for one in arguments if one.arg not in {"self", "cls"} and not one.annotation]
            if own or (node.returns is None and node.name != "__init__"):
                bare.append(f"{short(path)}:{node.lineno} {node.name}")
    assert not bare


def test_every_module_says_what_it_is_for():
    quiet = [short(path) for path in CODE if path.read_text() and not ast.get_docstring(tree(path))]
    allowed = re.compile(r"(/apps\.py|/wsgi\.py|mapping/formats/base\.py)$")
    assert not [path for path in quiet if not allowed.search(path)]


def test_views_are_short_and_nobody_writes_rules_into_save():
    long = []
    for path in CODE:
        if path.stem == "views" or path.parent.name == "views" or path.stem in {"explore", "pages"}:
            for node in functions(path):
                first = node.body[1].lineno if ast.get_docstring(node) and len(node.body) > 1 else node.body[0].lineno
                if node.end_lineno - first >= 32:
                    long.append(f"{short(path)}:{node.lineno} {node.name}")
        for node in functions(path):
            assert node.name != "save" or "admin" in short(path) or path.stem == "dossier", (
                f"{short(path)}:{node.lineno}"
            )
    assert not long


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "raise NotImplementedError", "breakpoint(", "pdb"])
def test_nothing_is_left_for_later(word):
    tracked = [
        *CODE,
        *(ROOT / "static").rglob("*.js"),
        *(ROOT / "templates").rglob("*.html"),
        *(ROOT / "docs").rglob("*.md"),
    ]
    assert not [short(path) for path in tracked if re.search(rf"\b{re.escape(word)}", path.read_text())]


def test_the_tables_are_read_from_nowhere_else():
    """No module outside mapping/layers/ makes a Layer."""
    makers = [short(path) for path in CODE if re.search(r"\bLayer\($", path.read_text(), re.MULTILINE)]
    assert makers and all(path.startswith("mapping/layers/") for path in makers), makers


def test_browser_libraries_come_by_npm_only():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert {f"node_modules/{name}" for name in wanted} <= set(lock)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    for folder in ("css", "js", "img"):
        for path in (ROOT / "static" / folder).rglob("*"):
            assert ".min." not in path.name
            if path.suffix in {".js", ".css"}:
                assert not re.search(r"@license|sourceMappingURL|https?://(?!www\.w3\.org)", path.read_text()), short(
                    path
                )
    assert {source[0] for source in settings.STATICFILES_DIRS if isinstance(source, tuple)} == {
        f"npm/{name.rpartition('/')[2].removesuffix('-web')}" for name in wanted
    }


def test_the_browser_code_imports_its_own_files_and_they_are_there():
    for path in (ROOT / "static" / "js").rglob("*.js"):
        for name in re.findall(r"(?:from|import)\s*\(?\s*\"([^\"]+)\"", path.read_text()):
            assert name.startswith("."), f"{short(path)} imports {name}"
            assert (path.parent / name).resolve().is_file(), f"{short(path)} imports {name}"


def test_the_browser_code_writes_no_styles_and_runs_no_strings():
    wrong = re.compile(r"\beval\(|new Function\(|document\.write|\.outerHTML|insertAdjacentHTML|setAttribute\(.style")
    for path in (ROOT / "static" / "js").rglob("*.js"):
        assert not wrong.search(path.read_text()), short(path)


def test_every_module_can_be_imported():
    for path in python_files(*ROOMS):
        if path.name != "__main__.py":
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def test_nothing_that_is_made_is_kept_in_the_repository():
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout")
    assert not [name for name in listed if re.search(r"(^|/)(node_modules|var|__pycache__)/|\.(mo|pyc|sqlite3)$", name)]
    assert not [name for name in listed if (ROOT / name).exists() and (ROOT / name).stat().st_size > 1_000_000]
