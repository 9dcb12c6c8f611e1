import os
import shutil
import sys

import pytest

from script import checkout, environment
from script.checkout import Refusal, Stamp


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A checkout of its own in which steps are noted instead of run; its virtual environment is this Python."""
    var = tmp_path / "var"
    (tmp_path / "static").mkdir()
    (var / "venv" / "bin").mkdir(parents=True)
    (var / "venv" / "bin" / "python").symlink_to(sys.executable)
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json", "package.json"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(checkout, "VAR", var)
    for name, value in {
        "ROOT": tmp_path,
        "VAR": var,
        "VENV": var / "venv",
        "PYTHON": var / "venv" / "bin" / "python",
        "RUN": tmp_path / "requirements.txt",
        "DEV": tmp_path / "requirements-dev.txt",
        "LOCK": tmp_path / "package-lock.json",
        "NODE_MODULES": tmp_path / "node_modules",
        "STATIC": var / "static",
    }.items():
        monkeypatch.setattr(environment, name, value)
    return tmp_path


@pytest.fixture
def steps(monkeypatch):
    done = []
    monkeypatch.setattr(environment, "_do", lambda command, trouble, *rest, **names: done.append(" ".join(command)))
    return done


def test_python_packages_are_installed_once(place, steps):
    environment.install_python_packages(tests=False)
    assert "-m venv --clear" in steps[0]
    assert steps[1].endswith("requirements.txt")
    environment.install_python_packages(tests=False)
    assert len(steps) == 2


def test_the_packages_of_the_tests_are_added_to_a_finished_environment(place, steps):
    environment.install_python_packages(tests=False)
    steps.clear()
    environment.install_python_packages(tests=True)
    assert len(steps) == 1 and steps[0].endswith("requirements-dev.txt")
    environment.install_python_packages(tests=False)
    assert len(steps) == 1


def test_changed_requirements_make_a_new_environment(place, steps):
    environment.install_python_packages(tests=False)
    steps.clear()
    environment.RUN.write_text("Django==6")
    environment.install_python_packages(tests=False)
    assert "-m venv --clear" in steps[0]


def test_an_interrupted_installation_is_made_again_from_nothing(place, monkeypatch, steps):
    environment.install_python_packages(tests=False)
    environment.RUN.write_text("Django==6")

    def killed(command, trouble, *rest, **names):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment, "_do", killed)
        with pytest.raises(KeyboardInterrupt):
            environment.install_python_packages(tests=False)
    environment.RUN.write_text("requirements.txt")
    steps.clear()
    environment.install_python_packages(tests=False)
    assert "-m venv --clear" in steps[0]


def test_an_environment_whose_python_is_gone_is_made_again(place, steps):
    environment.install_python_packages(tests=False)
    environment.PYTHON.unlink()
    steps.clear()
    environment.install_python_packages(tests=False)
    assert "-m venv --clear" in steps[0]


def test_browser_libraries_come_from_the_lock_file_without_install_scripts(place, steps):
    environment.install_browser_libraries(tests=False)
    assert "npm ci --ignore-scripts" in steps[0]
    (place / "node_modules").mkdir()
    environment.install_browser_libraries(tests=False)
    assert len(steps) == 1
    environment.LOCK.write_text("changed")
    environment.install_browser_libraries(tests=False)
    assert len(steps) == 2


def test_what_only_the_tests_need_from_npm_comes_with_the_tests(place, steps):
    environment.install_browser_libraries(tests=False)
    (place / "node_modules").mkdir()
    environment.install_browser_libraries(tests=True)
    environment.install_browser_libraries(tests=False)
    assert ["--omit=dev" in step for step in steps] == [True, False]


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="needs gettext")
def test_translations_are_compiled_when_their_source_is_newer(place):
    source = place / "locale" / "it" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "map"\nmsgstr "mappa"\n')
    environment.compile_messages()
    compiled = source.with_suffix(".mo")
    assert b"mappa" in compiled.read_bytes()
    os.utime(compiled, (2_000_000_000, 2_000_000_000))
    environment.compile_messages()
    assert compiled.stat().st_mtime == 2_000_000_000
    os.utime(source, (2_000_000_001, 2_000_000_001))
    environment.compile_messages()
    assert compiled.stat().st_mtime != 2_000_000_000
    assert [path.name for path in source.parent.iterdir()].count("django.mo") == 1


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="needs gettext")
def test_a_faulty_translation_is_refused_and_the_old_one_kept(place):
    source = place / "locale" / "it" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "map\n')
    with pytest.raises(Refusal, match=r"django\.po is faulty"):
        environment.compile_messages()
    assert not source.with_suffix(".mo").exists()


def test_static_files_are_collected_aside_and_again_when_they_change(place, monkeypatch):
    def collect(command, trouble, variables=None, folder=None):
        os.mkdir(variables["STATIC_ROOT"])
        shutil.copytree(place / "static", variables["STATIC_ROOT"], dirs_exist_ok=True)

    monkeypatch.setattr(environment, "_do", collect)
    (place / "static" / "map.js").write_text("1")
    environment.collect_static({})
    assert (environment.STATIC / "map.js").read_text() == "1"
    (environment.STATIC / "map.js").write_text("kept while nothing changed")
    environment.collect_static({})
    assert (environment.STATIC / "map.js").read_text() == "kept while nothing changed"
    (place / "static" / "map.js").write_text("2")
    environment.collect_static({})
    assert (environment.STATIC / "map.js").read_text() == "2"
    assert sorted(path.name for path in environment.VAR.iterdir()) == ["stamps", "static", "venv"]


def test_children_get_the_virtual_environment_and_no_foreign_python(monkeypatch):
    values = environment.clean({"PATH": "/bin", "PYTHONPATH": "/x", "PIP_USER": "1", "PIP_INDEX_URL": "https://m/"})
    assert values["PATH"].split(os.pathsep) == [str(environment.PYTHON.parent), "/bin"]
    assert values["PIP_INDEX_URL"] == "https://m/"
    assert "PYTHONPATH" not in values and "PIP_USER" not in values


def test_a_failed_step_refuses_with_its_trouble():
    with pytest.raises(Refusal, match="it broke; the reason is above"):
        environment._do([sys.executable, "-c", "raise SystemExit(3)"], "it broke")
    with pytest.raises(Refusal, match=r"it broke: .*No such file"):
        environment._do(["/nonexistent/program"], "it broke")


def test_stamps_lie_in_var(place):
    Stamp("x").write("1")
    assert (place / "var" / "stamps" / "x").read_text() == "1"
