"""Where mails go: by EMAIL_URL, or into files; a wrong address is refused with a sentence."""

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

FILE = Path(__file__).resolve().parents[2] / "mapping" / "settings.py"


@pytest.fixture
def start(monkeypatch):
    def run(**environment):
        for name in ("SITE_URL", "EMAIL_URL", "MAIL_FROM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"SECRET_KEY": "k" * 50} | environment).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(FILE))

    return run


def test_without_a_mail_server_mails_are_files(start):
    said = start(SITE_URL="https://mappa.example.it")
    assert said["EMAIL_BACKEND"].endswith("filebased.EmailBackend") and said["EMAIL_FILE_PATH"].endswith("var/mail")
    assert said["DEFAULT_FROM_EMAIL"] == "Mappa Comune <mappa@mappa.example.it>"


def test_a_mail_server_is_one_address(start):
    said = start(EMAIL_URL="smtp+tls://me:w%40rd@mail.example.it:587", MAIL_FROM="Ufficio <ufficio@example.it>")
    assert said["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and said["EMAIL_USE_TLS"] is True
    assert (said["EMAIL_HOST"], said["EMAIL_PORT"], said["EMAIL_HOST_PASSWORD"]) == ("mail.example.it", 587, "w@rd")
    assert said["DEFAULT_FROM_EMAIL"] == "Ufficio <ufficio@example.it>" and said["EMAIL_TIMEOUT"] == 20


@pytest.mark.parametrize("address", ["mail.example.it", "http://mail.example.it", "smtp://", "smtp+tls:///var/mail"])
def test_an_address_that_is_no_mail_server_is_refused(start, address):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        start(EMAIL_URL=address)
