"""nginx while the program is closed or does not run: a page to people, a document to programs, and 503 to all."""

import http.client
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.front import free_port, nginx
from script import packages
from tests.source import ROOT

pytestmark = pytest.mark.skipif(not packages.nginx(), reason="nginx is not installed")
TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text()


class Troubled(BaseHTTPRequestHandler):
    """A program that has a trouble of its own to tell."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"own")

    def log_message(self, *args: object) -> None:
        pass


def ask(port: int, path: str) -> tuple[int, dict, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, dict(answer.headers), answer.read().decode()


@pytest.fixture(scope="module")
def front():
    """The port of nginx before a program that is troubled, and the file that closes the site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Troubled)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = free_port()
    with nginx(port, f"127.0.0.1:{server.server_address[1]}", free_port()) as files:
        yield port, files.parent / "closed"
    server.shutdown()


def test_a_file_closes_the_site_and_opens_it_again(front):
    port, closed = front
    closed.touch()
    status, headers, body = ask(port, "/torino/")
    assert status == 503 and headers["Content-Type"] == "text/html; charset=utf-8"
    assert (headers["Retry-After"], headers["Cache-Control"]) == ("120", "no-store")
    assert "Non hai perso nulla" in body and "Nothing of yours was lost" in body
    closed.unlink()
    assert ask(port, "/torino/")[2] == "own"


@pytest.mark.parametrize(
    "path", ["/layers/buildings.geojson", "/api/v1/proposals/", "/healthz", "/ogc/", "/tiles/a/1/1/0.mvt"]
)
def test_programs_get_a_document(front, path):
    port, closed = front
    closed.touch()
    status, headers, body = ask(port, path)
    closed.unlink()
    assert status == 503 and headers["Content-Type"].startswith("application/problem+json")
    assert json.loads(body)["type"] == "/problems/unavailable"


def test_what_the_program_says_of_itself_is_not_replaced(front):
    assert ask(front[0], "/layers.json")[2] == "own"


def test_a_program_that_does_not_run_is_said_to_be_away():
    port = free_port()
    with nginx(port, f"127.0.0.1:{free_port()}", free_port()):
        status, headers, body = ask(port, "/torino/")
    assert status == 503 and "Torniamo tra poco" in body and headers["Retry-After"] == "120"


def test_the_page_has_the_colours_of_the_tokens_and_asks_for_nothing():
    page = (ROOT / "deploy" / "closed" / "maintenance.html").read_text()
    for name, colour in re.findall(r"--([\w-]+): (#[0-9a-f]{6})", page):
        assert f"--{name}: {colour}" in TOKENS
    assert not re.findall(r"src=|<link|<script|https?://", page)
