"""Settings come from the environment, are safe when nothing is said, and refuse to start unsafe."""

import runpy

import pytest
from django.conf import settings as running
from django.core.exceptions import ImproperlyConfigured

FILE = running.BASE_DIR / "mapping" / "settings.py"
KEY = "k" * 50
PUBLIC = {"SITE_URL": "https://mappa.example.it", "SECRET_KEY": KEY}


@pytest.fixture
def start(monkeypatch):
    """`start(NAME=value, …)`: the settings in an environment that holds nothing else of ours."""

    def run(**environment: str) -> dict:
        for name in (
            "DEBUG",
            "SITE_URL",
            "ALLOWED_HOSTS",
            "SECRET_KEY",
            "TILE_URL",
            "TILE_ATTRIBUTION",
            "DATABASE_URL",
        ):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(FILE))

    return run


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"SECRET_KEY": "short"},
        {"SECRET_KEY": KEY, "SITE_URL": "http://mappa.example.it"},
        {"SECRET_KEY": KEY, "SITE_URL": "mappa.example.it"},
        {"SECRET_KEY": KEY, "SITE_URL": "ftp://127.0.0.1"},
        {"SECRET_KEY": KEY, "SITE_URL": "https://mappa.example.it/under"},
        {"SECRET_KEY": KEY, "SITE_URL": "https://"},
        {"SECRET_KEY": KEY, "SITE_URL": "http://127.0.0.1.evil.example"},
        {"SECRET_KEY": KEY, "TILE_URL": "https://tiles.example/{z}/{x}/{y}.png"},
    ],
    ids=str,
)
def test_an_unsafe_environment_is_refused_with_a_sentence(start, environment):
    with pytest.raises(ImproperlyConfigured, match=r"[A-Z_]+ .*\."):
        start(**environment)


def test_a_public_site_is_secure_without_being_told(start):
    said = start(**PUBLIC)
    assert said["DEBUG"] is False
    assert said["ALLOWED_HOSTS"] == ["mappa.example.it"]
    assert said["SESSION_COOKIE_SECURE"] and said["CSRF_COOKIE_SECURE"] and said["SECURE_SSL_REDIRECT"]
    assert said["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert said["SESSION_COOKIE_NAME"].startswith("__Host-") and said["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert said["SECURE_PROXY_SSL_HEADER"] is None
    assert said["CSRF_TRUSTED_ORIGINS"] == ["https://mappa.example.it"]


def test_a_private_site_on_loopback_works_without_tls(start):
    said = start(SECRET_KEY=KEY, SITE_URL="http://localhost:8123/")
    assert said["SITE_URL"] == "http://localhost:8123"
    assert not said["SECURE_SSL_REDIRECT"] and not said["SESSION_COOKIE_SECURE"]
    assert set(said["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1"}


def test_a_tile_server_is_let_into_the_content_policy_and_nobody_else(start):
    said = start(**PUBLIC)
    assert said["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"] == ["'self'", "data:"]
    said = start(**PUBLIC, TILE_URL="https://{s}.tiles.example/{z}/{x}/{y}.png", TILE_ATTRIBUTION="© tiles")
    assert said["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"] == ["'self'", "data:", "https://*.tiles.example"]
    assert said["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in str(said["CONTENT_SECURITY_POLICY"])


def test_tile_servers_are_told_where_the_request_comes_from(start):
    assert start(**PUBLIC)["SECURE_REFERRER_POLICY"] == "strict-origin-when-cross-origin"


def test_both_aliases_are_one_database_and_the_public_one_only_reads(start):
    said = start(**PUBLIC, DATABASE_URL="postgis://me:word@db.example:6543/mappa?sslmode=require")
    default, public = said["DATABASES"]["default"], said["DATABASES"]["public"]
    for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        assert default[name] == public[name]
    assert default["OPTIONS"]["sslmode"] == public["OPTIONS"]["sslmode"] == "require"
    assert "default_transaction_read_only=on" in public["OPTIONS"]["options"]
    assert "default_transaction_read_only" not in default["OPTIONS"]["options"]


def test_the_release_changes_with_what_browsers_load(start, tmp_path):
    said = start(**PUBLIC)
    assert said["STATIC_URL"] == f"/static/{said['RELEASE']}/"
    assert len(said["RELEASE"]) == 10
    assert start(**PUBLIC, RELEASE="abc")["STATIC_URL"] == "/static/abc/"
