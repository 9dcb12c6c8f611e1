"""Fetching by the timer: only what is allowed, only what is new, and nothing that changes much without a person."""

import http.server
import socket
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from commons.models import Building
from mapping.importing.messages import ImportRefused
from mapping.intake import rounds
from mapping.intake.fetching import address_of, allowed, fetch
from mapping.models import ImportRun, SavedSource, Upload
from tests.factories import CityFactory
from tests.mapping.importing import files
from tests.mapping.intake.test_pages import collection, work

pytestmark = pytest.mark.django_db


class Shelf(http.server.BaseHTTPRequestHandler):
    """A host with one file: `shelf.body`, its ETag, and addresses that misbehave."""

    def do_GET(self):
        shelf = self.server
        shelf.asked.append((self.path, dict(self.headers)))
        where = shelf.leads.get(self.path)
        if where:
            self.send_response(302)
            self.send_header("Location", where)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/broken":
            self.send_error(500)
            return
        tag = f'"{hash(shelf.body)}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", tag)
        if self.path != "/long":
            self.send_header("Content-Length", str(len(shelf.body)))
        self.end_headers()
        self.wfile.write(shelf.body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def shelf(settings):
    """The host, and settings that allow it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    server.body, server.asked, server.leads = b"", [], {}
    server.name = f"127.0.0.1:{server.server_port}"
    server.url = f"http://{server.name}/edifici.geojson"
    settings.IMPORT_HOSTS = [server.name]
    settings.IMPORT_PRIVATE_ADDRESSES = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def refused(url, tmp_path, **options):
    with pytest.raises(ImportRefused) as caught:
        fetch(url, tmp_path / "a", **options)
    assert "%(" not in str(caught.value)
    assert not (tmp_path / "a").exists(), "nothing is left behind"
    return caught.value.code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "fetch-address"),
        ("ftp://dati.example.it/a.csv", "fetch-address"),
        ("gopher://dati.example.it/", "fetch-address"),
        ("https://user:word@dati.example.it/a.csv", "fetch-address"),
        ("https:///a.csv", "fetch-address"),
        ("https://dati.example.it:99999/a.csv", "fetch-address"),
        ("https://evil.example.org/a.csv", "fetch-host"),
        ("https://dati.example.it.evil.org/a.csv", "fetch-host"),
        ("https://dati.example.it:8443/a.csv", "fetch-host"),
        ("https://169.254.169.254/latest/meta-data", "fetch-host"),
        ("http://[::1]/a.csv", "fetch-host"),
    ],
)
def test_only_allowed_hosts_are_asked(url, code, tmp_path, settings):
    settings.IMPORT_HOSTS = ["dati.example.it"]
    assert refused(url, tmp_path) == code
    assert allowed("https://dati.example.it/a.csv").hostname == "dati.example.it"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
                "fe80::1", "fc00::1", "::ffff:127.0.0.1"],
)  # fmt: skip
def test_an_allowed_name_that_leads_to_a_private_network_is_not_asked(address, monkeypatch, settings):
    settings.IMPORT_PRIVATE_ADDRESSES = False
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    private = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [public, private])
    with pytest.raises(ImportRefused) as caught:
        address_of("dati.example.it", 443)
    assert caught.value.code == "fetch-private"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [public])
    assert address_of("dati.example.it", 443) == "93.184.216.34"


def test_a_host_on_this_machine_is_not_asked_unless_that_is_allowed(shelf, tmp_path, settings):
    settings.IMPORT_PRIVATE_ADDRESSES = False
    assert refused(shelf.url, tmp_path) == "fetch-private"
    assert shelf.asked == []


def test_a_redirect_leads_only_to_the_same_host(shelf, tmp_path, settings):
    shelf.body = b"nome\nUno\n"
    shelf.leads = {
        "/moved": "/edifici.geojson", "/away": "http://localhost:1/x", "/file": "file:///etc/passwd",
        "/round": "/round",
    }  # fmt: skip
    settings.IMPORT_HOSTS += ["localhost:1"]
    base = f"http://{shelf.name}"
    assert fetch(f"{base}/moved", tmp_path / "b").size == 9
    assert refused(f"{base}/away", tmp_path) == "fetch-redirect"
    assert refused(f"{base}/file", tmp_path) == "fetch-address"
    assert refused(f"{base}/round", tmp_path) == "fetch-redirects"
    assert refused(f"{base}/broken", tmp_path) == "fetch-status"


def test_what_is_too_big_too_slow_or_not_there_is_given_up(shelf, tmp_path, settings):
    shelf.body = b"x" * 5000
    settings.IMPORT_MOST_BYTES = 1000
    assert refused(shelf.url, tmp_path) == "file-too-big"
    assert refused(f"http://{shelf.name}/long", tmp_path) == "file-too-big", "also when it does not say how long it is"
    settings.IMPORT_MOST_BYTES = 10_000
    assert refused(shelf.url, tmp_path, seconds=-1) == "fetch-slow"
    settings.IMPORT_HOSTS = ["127.0.0.1:9"]
    assert refused("http://127.0.0.1:9/a", tmp_path) == "fetch-unreachable"


@pytest.fixture
def source(shelf, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    shelf.body = collection(*edition(10))
    return SavedSource.objects.create(
        city=CityFactory(), name="edifici", title="Edifici", layer="buildings", url=shelf.url, every=24,
        choices={"mapping": {"name": "nome"}, "missing": "close"}, licence="CC0-1.0", attribution="Comune",
    )  # fmt: skip


def edition(count, first=0):
    return [
        files.feature((7.68, 45.07 + number / 1000), id=f"e{number}", nome=f"N{number}")
        for number in range(first, first + count)
    ]


def a_day_later(source):
    SavedSource.objects.filter(pk=source.pk).update(asked_at=timezone.now() - timedelta(hours=25))


def test_the_timer_fetches_what_is_new_and_only_asks_otherwise(source, shelf):
    assert rounds.ask_due() == 1
    work()
    assert Building.objects.public().count() == 10
    one = Building.objects.first()
    assert (one.licence, one.attribution, one.source) == ("CC0-1.0", "Comune", "edifici")
    assert ImportRun.objects.get().user is None
    assert rounds.ask_due() == 0, "its time has not come again"
    a_day_later(source)
    assert rounds.ask_due() == 0
    assert shelf.asked[-1][1]["If-None-Match"]
    source.refresh_from_db()
    assert source.outcome["code"] == "fetch-same"
    assert len(shelf.asked) == 2


def test_a_small_change_comes_in_by_itself_and_a_large_one_waits(source, shelf):
    rounds.ask_due()
    work()
    shelf.body = collection(*edition(9))
    a_day_later(source)
    rounds.ask_due()
    work()
    assert Building.objects.public().count() == 9
    shelf.body = collection(*edition(4))
    a_day_later(source)
    rounds.ask_due()
    work()
    waiting = Upload.objects.latest("pk")
    assert (waiting.state, waiting.look["gone"]) == ("ready", 5)
    assert Building.objects.public().count() == 9
    a_day_later(source)
    assert rounds.ask_due() == 0, "one edition at a time waits"


def test_a_broken_edition_waits_and_changes_nothing(source, shelf):
    rounds.ask_due()
    work()
    for body in (b"", b"<html>Service unavailable</html>", b'{"type":"FeatureCollection","features":[]}'):
        shelf.body = body
        a_day_later(source)
        rounds.ask_due()
        work()
        waiting = Upload.objects.latest("pk")
        assert waiting.problem, body
        assert not rounds.goes_by_itself(waiting)
        Upload.objects.filter(pk=waiting.pk).update(state="discarded")
    assert Building.objects.public().count() == 10


def test_a_host_that_fails_is_said_and_asked_again_later(source, shelf):
    SavedSource.objects.update(url=f"http://{shelf.name}/broken")
    assert rounds.ask_due() == 0
    source.refresh_from_db()
    assert (source.outcome["code"], source.asked_at is not None) == ("fetch-status", True)
    assert not Upload.objects.exists()
    assert not list(Upload(city=source.city).path.parent.glob("*")), "nothing is left behind"


def test_the_page_of_a_source_takes_only_allowed_addresses(source, shelf, office):
    page = f"{office.address}sources/edifici/"
    assert office.client.get(page).status_code == 200
    typed = {"title": "Edifici", "every": 24, "licence": "", "attribution": "", "do": "keep"}
    answer = office.client.post(page, typed | {"url": "https://evil.example.org/a.csv"})
    assert answer.status_code == 400
    assert "evil.example.org" in answer.content.decode()
    assert office.client.post(page, typed | {"url": shelf.url, "title": "Altro"}).status_code == 302
    source.refresh_from_db()
    assert source.title == "Altro"
    office.client.post(page, typed | {"url": shelf.url, "do": "fetch"})
    assert rounds.due()
    assert "Altro" not in office.client.get(office.address).content.decode()
    assert office.client.post(page, typed | {"do": "forget"}).status_code == 302
    assert not SavedSource.objects.exists()


def test_the_tick_does_the_rounds(monkeypatch, source):
    asked = []
    monkeypatch.setattr("mapping.management.commands.tick.work", lambda: asked.append(1) or 1)
    call_command("tick", verbosity=0)
    assert asked == [1]
