import re

import pytest

from script import variables
from script.checkout import ROOT, Refusal


@pytest.fixture
def secret_file(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setattr(variables, "VAR", tmp_path)
    monkeypatch.setattr(variables, "make_var", lambda: tmp_path)
    monkeypatch.setattr(variables, "SECRET_FILE", tmp_path / "secret-key")
    return tmp_path / "secret-key"


def test_the_port_is_8000_unless_port_says_another(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    assert variables.port() == 8000
    monkeypatch.setenv("PORT", "8123")
    assert variables.port() == 8123


@pytest.mark.parametrize("text", ["0", "65536", "80 ", "-1", "http", "８０８０"])
def test_what_is_no_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Refusal, match="PORT must be"):
        variables.port()


@pytest.mark.parametrize("text", ["0", "two", "-3", "1.5"])
def test_what_is_no_count_is_refused(monkeypatch, text):
    monkeypatch.setenv("WEB_THREADS", text)
    with pytest.raises(Refusal, match="WEB_THREADS"):
        variables.count("WEB_THREADS", 4)


def test_a_count_that_is_not_given_is_the_default(monkeypatch):
    monkeypatch.setenv("WEB_THREADS", "")
    assert variables.count("WEB_THREADS", 4) == 4
    monkeypatch.setenv("WEB_THREADS", "9")
    assert variables.count("WEB_THREADS", 4) == 9


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(secret_file):
    made = variables.secret_key()
    assert len(made) >= 50
    assert variables.secret_key() == made
    assert secret_file.stat().st_mode & 0o777 == 0o600


def test_a_given_secret_key_is_used_and_nothing_is_written(secret_file, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "given")
    assert variables.secret_key() == "given"
    assert not secret_file.exists()


def test_a_damaged_secret_key_is_refused_not_replaced(secret_file):
    secret_file.write_text("short")
    with pytest.raises(Refusal, match="is damaged"):
        variables.secret_key()
    assert secret_file.read_text() == "short"


def test_the_program_gets_what_its_settings_need_and_keeps_what_was_set(secret_file, monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("TILE_URL", "https://tiles.example/{z}/{x}/{y}.png")
    values = variables.for_program("postgis:///x")
    assert values["DATABASE_URL"] == "postgis:///x"
    assert values["SITE_URL"] == "http://127.0.0.1:8123"
    assert len(values["SECRET_KEY"]) >= 50
    assert values["TILE_URL"].startswith("https://tiles.example/")
    monkeypatch.setenv("SITE_URL", "https://mappa.example.it")
    assert variables.for_program("postgis:///x")["SITE_URL"] == "https://mappa.example.it"


def test_the_tests_meet_the_defaults_whatever_the_installation_sets(secret_file, monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://mappa.example.it")
    monkeypatch.setenv("TILE_URL", "https://tiles.example/{z}/{x}/{y}.png")
    monkeypatch.setenv("PORT", "8123")
    values = variables.for_tests("postgis:///x")
    assert values["SITE_URL"] == "http://127.0.0.1:8000"
    assert values["DATABASE_URL"] == "postgis:///x"
    assert "TILE_URL" not in values


def test_every_setting_of_the_environment_is_either_of_one_installation_or_given_to_the_program():
    settings = "".join((ROOT / "mapping" / name).read_text() for name in ("settings.py", "account_settings.py"))
    names = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings))
    assert names - set(variables.OF_ONE_INSTALLATION) == {"DATABASE_URL", "SECRET_KEY"}
