"""The commands as a person runs them, and what they prepare."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from script import commands, prepare
from script.checkout import ROOT, Refusal
from tests.script.test_server import free_port, scratch  # noqa: F401  a fixture


def run(*words, **more):
    values = os.environ | more.pop("variables", {})
    return subprocess.run([str(w) for w in words], env=values, capture_output=True, text=True, check=False, **more)


def test_manage_keeps_the_folder_it_was_called_from_and_prints_only_the_commands_output(tmp_path):
    done = run(ROOT / "script" / "manage", "shell", "-v0", "-c", "import os; print(os.getcwd())", cwd=tmp_path)
    assert done.stdout.strip() == str(tmp_path), done.stderr


def test_manage_returns_the_exit_code_of_its_command():
    assert run(ROOT / "script" / "manage", "shell", "-v0", "-c", "raise SystemExit(7)").returncode == 7


def test_a_command_works_through_a_symbolic_link(tmp_path):
    (tmp_path / "mappa").symlink_to(ROOT / "script" / "manage")
    done = run(tmp_path / "mappa", "version", cwd="/")
    assert done.stdout.startswith("5.2"), done.stderr


@pytest.mark.parametrize("command", ["server", "bootstrap"])
def test_wrong_usage_ends_with_2_and_says_the_usage(command):
    done = run(ROOT / "script" / command, "--help-me")
    assert done.returncode == 2
    assert f"Usage: script/{command}" in done.stderr


def test_a_refusal_is_one_sentence_and_no_traceback():
    done = run(ROOT / "script" / "server", variables={"PORT": "http"})
    assert done.returncode == 1
    assert done.stderr == "mappa-comune: PORT must be a number from 1 to 65535, not 'http'.\n"


def test_a_wrong_setting_is_said_in_a_sentence():
    done = run(ROOT / "script" / "server", variables={"SITE_URL": "http://mappa.example.it", "PORT": str(free_port())})
    assert done.returncode == 1
    assert "A setting is wrong: SITE_URL 'http://mappa.example.it' is public" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_static_folder_of_somebody_else_is_left_alone(monkeypatch):
    collected = []
    for step in ("install_python_packages", "install_browser_libraries", "compile_messages", "collect_static"):
        monkeypatch.setattr(commands.environment, step, lambda *given, step=step: collected.append(step))
    monkeypatch.setattr(commands.packages, "ensure", lambda **given: None)
    commands.ensure()
    monkeypatch.setenv("STATIC_ROOT", "/srv/static")
    commands.ensure()
    assert collected.count("install_python_packages") == 2
    assert collected.count("collect_static") == 1


def test_a_file_of_another_user_is_said_with_what_to_do(monkeypatch, capsys):
    def refuse(arguments):
        raise PermissionError(13, "Permission denied", "/x/var/lock")

    monkeypatch.setitem(commands.COMMANDS, "manage", refuse)
    monkeypatch.setattr(commands.signal, "signal", lambda number, handler: None)
    assert commands.main("manage", []) == 1
    assert "/x/var/lock belongs to another user" in capsys.readouterr().err


def test_a_database_that_cannot_be_reached_is_said_in_a_sentence():
    values = {"DATABASE_URL": "postgis:///x?host=/nonexistent", "PORT": str(free_port())}
    done = run(ROOT / "script" / "server", variables=values)
    assert done.returncode == 1
    assert "The database of DATABASE_URL cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_external_database_gets_no_private_cluster(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgis:///given")
    with commands.database() as (url, keep, cluster):
        assert (url, keep, cluster) == ("postgis:///given", (), None)


def test_the_private_cluster_is_left_also_after_a_failure(monkeypatch):
    noted = []

    class Private:
        url, lock = "postgis:///private", 9

        def join(self):
            noted.append("join")

        def leave(self):
            noted.append("leave")

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(commands, "Cluster", Private)
    with pytest.raises(ZeroDivisionError), commands.database() as (url, keep, _):
        assert (url, keep) == ("postgis:///private", (9,))
        _ = 1 / 0
    assert noted == ["join", "leave"]


def test_a_private_database_is_migrated_when_migrations_changed_and_not_else(monkeypatch, tmp_path):
    class Private:
        home = tmp_path

    ran = []
    monkeypatch.setattr(commands.children, "run", lambda command, values, keep: ran.append(command) or 0)
    commands.prepare({}, (), Private())
    commands.prepare({}, (), Private())
    assert len(ran) == 1
    monkeypatch.setattr(commands, "digest", lambda *words: "other migrations")
    commands.prepare({}, (), Private())
    assert len(ran) == 2
    commands.prepare({}, (), Private(), demo=True)
    assert ran[2][-1] == "--demo"
    commands.prepare({}, (), None)
    assert len(ran) == 4


def test_a_database_that_is_not_ready_refuses_and_is_not_taken_for_ready(monkeypatch, tmp_path):
    class Private:
        home = tmp_path

    monkeypatch.setattr(commands.children, "run", lambda command, values, keep: 1)
    for _ in range(2):
        with pytest.raises(Refusal, match="not ready"):
            commands.prepare({}, (), Private())


def test_the_quick_checks_are_style_migrations_and_a_public_site():
    words = [" ".join(command) for _, command, _ in commands.quick_checks("python")]
    assert "ruff check" in words[0] and "makemigrations --check" in words[1] and "check --deploy" in words[2]


def test_bench_without_its_suite_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    with pytest.raises(Refusal, match="is missing from this checkout"):
        commands.bench([])


@pytest.mark.slow
def test_preparing_makes_tables_and_postgis_in_an_empty_database(scratch):  # noqa: F811
    values = {"DATABASE_URL": scratch}
    done = run(sys.executable, ROOT / "script" / "prepare.py", variables=values, cwd="/")
    assert done.returncode == 0, done.stderr
    code = "from people.models import User; print(User.objects.count())"
    done = run(sys.executable, ROOT / "manage.py", "shell", "-v0", "-c", code, variables=values, cwd=ROOT)
    assert done.stdout.strip() == "0", done.stderr


@pytest.mark.django_db
def test_the_demonstration_is_loaded_only_where_there_is_no_city():
    from tests.factories import CityFactory

    assert prepare._has_no_city()
    CityFactory()
    assert not prepare._has_no_city()


def test_the_scratch_database_is_another_than_the_tests_own(scratch):  # noqa: F811
    assert urlsplit(scratch).path != urlsplit(os.environ["DATABASE_URL"]).path
