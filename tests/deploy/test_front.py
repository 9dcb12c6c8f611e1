"""nginx with `deploy/nginx.conf` before a program that says what it was asked: what is kept, and for how long."""

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.front import free_port, nginx
from script import packages

pytestmark = pytest.mark.skipif(not packages.nginx(), reason="nginx is not installed")
BODY = b"x" * 100


class Program(BaseHTTPRequestHandler):
    """Answers everything, with the headers that the server object was given; remembers the requests."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        if self.headers.get("If-None-Match") == self.server.said.get("ETag") is not None:
            self.send_response(304)
        else:
            self.send_response(206 if "Range" in self.headers else 200)
        for name, value in self.server.said.items():
            self.send_header(name, value.format(now=int(time.time())))
        body = str(len(self.server.asked)).encode() + BODY
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_POST = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def running():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Program)
    server.asked, server.said, server.port = [], {}, free_port()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with nginx(server.port, f"127.0.0.1:{server.server_address[1]}", free_port()):
        yield server
    server.shutdown()


@pytest.fixture
def front(running):
    """`front(path, **headers)`: status, headers and body through nginx."""
    running.asked.clear()
    running.said = {}

    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", running.port)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()

    ask.server = running
    return ask


def early_in_a_second() -> None:
    time.sleep(1.02 - time.time() % 1)


OPEN = {"X-Accel-Expires": "@{now}", "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
KEPT = ["/layers.json", "/layers/buildings.geojson", "/tiles/buildings/1/1/0.mvt", "/ogc/", "/en/ogc/", "/catalog.ttl",
        "/map.svg"]  # fmt: skip


@pytest.mark.parametrize("path", KEPT)
def test_public_data_is_kept_until_the_second_ends_and_no_longer(front, path):
    front.server.said = OPEN
    early_in_a_second()
    first, second = front(path), front(path)
    assert first[2] == second[2] and len(front.server.asked) == 1
    assert (first[1]["X-Cache"], second[1]["X-Cache"]) == ("MISS", "HIT")
    assert "X-Accel-Expires" not in second[1] and second[1]["Cache-Control"] == "no-cache"
    early_in_a_second()
    assert front(path)[2] != first[2]


@pytest.mark.parametrize(
    "said",
    [
        {}, {"Cache-Control": "no-cache"}, {"Cache-Control": "private, no-store"}, {"Cache-Control": "max-age=60"},
        {"Expires": "Thu, 01 Jan 2099 00:00:00 GMT"}, OPEN | {"Set-Cookie": "a=b"}, {"X-Accel-Expires": "0"},
    ],
)  # fmt: skip
def test_without_the_word_of_the_program_nothing_is_kept(front, said):
    front.server.said = said
    early_in_a_second()
    for _ in range(3):
        front("/layers/buildings.geojson?private")
    assert len(front.server.asked) == 3


@pytest.mark.parametrize("path", ["/", "/torino/", "/desk/", "/me/", "/api/v1/proposals/", "/admin/", "/healthz"])
def test_pages_are_never_kept_whatever_they_say(front, path):
    front.server.said = OPEN
    early_in_a_second()
    for _ in range(2):
        assert "X-Cache" not in front(path)[1]
    assert len(front.server.asked) == 2


def test_a_part_of_a_file_and_a_signed_in_program_pass(front):
    front.server.said = OPEN
    early_in_a_second()
    path = "/layers/houses.geojson"
    assert front(path)[0] == 200
    assert front(path, Range="bytes=0-3")[0] == 206
    assert front(path, Authorization="Bearer key")[0] == 200
    assert len(front.server.asked) == 3
    assert front.server.asked[1][1]["Range"] == "bytes=0-3"
    assert front(path)[1]["X-Cache"] == "HIT"


def test_what_is_unchanged_is_asked_for_by_its_tag_and_a_browser_gets_304(front):
    front.server.said = OPEN | {"ETag": 'W/"v1"'}
    early_in_a_second()
    path = "/layers/pacts.geojson"
    first = front(path)
    assert front(path, If_None_Match='W/"v1"')[0] == 304
    early_in_a_second()
    again = front(path)
    assert again[2] == first[2] and again[1]["X-Cache"] == "REVALIDATED"
    assert front.server.asked[-1][1]["If-None-Match"] == 'W/"v1"'
    assert front(path)[1]["X-Cache"] == "HIT"


@pytest.mark.parametrize(
    ("words", "asked"),
    [("gzip", "gzip"), ("gzip, deflate, br", "gzip"), ("br;q=1, GZIP;q=0.5", "gzip"), ("gzip;q=0", None), ("br", None)],
)
def test_all_browsers_share_one_packed_and_one_plain_body(front, words, asked):
    front.server.said = OPEN
    path = "/layers/streets.geojson"
    early_in_a_second()
    plain, packed = front(path), front(path, Accept_Encoding="gzip")
    wanted = packed if asked else plain
    assert front(path, Accept_Encoding=words)[2] == wanted[2]
    assert [one.get("Accept-Encoding") for _, one in front.server.asked] == [None, "gzip"]


def test_an_address_with_several_representations_keeps_each(front):
    front.server.said = OPEN
    early_in_a_second()
    html, other = front("/ogc/collections", Accept="text/html"), front("/ogc/collections", Accept="application/json")
    assert html[2] != other[2]
    assert front("/ogc/collections", Accept="text/html")[2] == html[2]


def test_many_who_ask_at_once_are_one_request_to_the_program(front):
    front.server.said = OPEN
    early_in_a_second()
    bodies = []
    threads = [threading.Thread(target=lambda: bodies.append(front("/tiles/x")[2])) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(bodies)) == 1 and len(front.server.asked) == 1


def test_the_address_of_the_client_is_the_one_that_connects(front):
    front.server.said = {}
    front("/layers.json", X_Forwarded_For="10.0.0.1", X_Forwarded_Proto="https")
    front("/", X_Forwarded_For="10.0.0.1")
    for _, headers in front.server.asked:
        assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
        assert headers["Host"] == "127.0.0.1"
