"""Another service is asked once in a while, for who presses the button, and is told nothing about them."""

import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db
PAGE = "/en/torino/search/"


@pytest.fixture
def service(settings):
    """A Nominatim on this machine: `answer` is what it says, `asked` what came."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            status, body = server.answer
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = []
    places = [
        {"display_name": "Via Nuova, <b>Torino</b>", "lon": "7.68", "lat": "45.07"},
        {"display_name": "Via Nuova, Milano", "lon": "9.19", "lat": "45.46"},
        {"display_name": "Senza posto"},
    ]
    server.answer = (200, json.dumps(places).encode())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.GEOCODER_URL = f"http://127.0.0.1:{server.server_address[1]}/search"
    settings.GEOCODER_CONTACT = "mappa@example.org"
    cache.clear()
    yield server
    server.shutdown()
    cache.clear()


def test_nobody_is_asked_unless_the_settings_name_a_service(client, town):
    page = client.get(PAGE, {"q": "via nuovissima", "elsewhere": "yes"}).content.decode()
    assert 'id="elsewhere"' not in page and 'name="elsewhere"' not in page


def test_the_service_is_asked_by_the_button_alone_and_only_for_what_we_have_not(client, town, service):
    assert 'name="elsewhere"' in client.get(PAGE, {"q": "nuovissima"}).content.decode()
    assert client.get("/torino/search.json", {"q": "nuovissima"}).json()["hits"] == []
    assert 'id="elsewhere"' not in client.get(PAGE, {"q": "vanchiglia", "elsewhere": "yes"}).content.decode()
    assert client.get("/en/search/", {"q": "nuovissima", "elsewhere": "yes"}).status_code == 200
    assert service.asked == []


def test_the_answer_is_bounded_kept_and_says_whose_it_is(client, town, service):
    client.cookies["session"] = "secret-of-a-person"
    for _time in range(3):
        page = client.get(PAGE, {"q": "nuovissima", "elsewhere": "yes"}, headers={"Referer": "https://a.it/"})
        text = page.content.decode()
        assert "Via Nuova, &lt;b&gt;Torino" in text and "Milano" not in text and "Senza posto" not in text
        assert "© OpenStreetMap contributors" in text and "/en/torino/?bbox=7.678500,45.068500" in text
    ((path, headers),) = service.asked
    asked = parse_qs(urlsplit(path).query)
    assert asked["q"] == ["nuovissima"] and asked["bounded"] == ["1"]
    assert [float(edge) for edge in asked["viewbox"][0].split(",")] == [7.55, 45.16, 7.80, 44.98]
    assert "mappa@example.org" in headers["User-Agent"]
    assert not {"Cookie", "Referer", "X-Forwarded-For"} & set(headers)


def test_two_questions_at_once_are_one_too_many(client, town, service):
    client.get(PAGE, {"q": "nuovissima", "elsewhere": "yes"})
    assert "Somebody has just asked" in client.get(PAGE, {"q": "altrissima", "elsewhere": "yes"}).content.decode()
    assert len(service.asked) == 1


@pytest.mark.parametrize("answer", [(500, b"[]"), (302, b""), (200, b"{"), (200, b"[" * 250_000), (200, b"[" * 90_000)])
def test_a_service_that_does_not_answer_well_is_said_in_words(client, town, service, answer):
    service.answer = answer
    page = client.get(PAGE, {"q": "nuovissima", "elsewhere": "yes"})
    assert page.status_code == 200 and "does not answer" in page.content.decode()
    assert len(service.asked) == 1


def test_one_address_asks_so_many_times(client, town, service, monkeypatch):
    from mapping.finding import views

    monkeypatch.setattr(views, "PER_ADDRESS", views.Limit(10, 1, 1))
    client.get(PAGE, {"q": "nuovissima", "elsewhere": "yes"})
    assert "asked often" in client.get(PAGE, {"q": "nuovissima", "elsewhere": "yes"}).content.decode()
