"""A map of ours in a page of somebody else: shown where the settings allow it, nowhere else, and without a cookie."""

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from commons.demo import load_demo
from commons.models import Building
from tests.browser.conftest import PATIENCE, pictured

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TOOL = "frame is sandboxed"  # what the tool of this test asks inside a frame without scripts is refused, and said so


@pytest.fixture
def host() -> Iterator[Callable[[str], str]]:
    """`host(code)` is the address of a page with this code, on another origin than ours."""
    bodies: list[str] = []

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies[-1].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def page(code: str = "") -> str:
        bodies.append(f"<!doctype html><title>Comune</title><h1>Il sito del Comune</h1>{code}")
        return f"http://127.0.0.1:{server.server_port}"

    yield page
    server.shutdown()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """Opens a page of another site: the page, and what the browser says of it."""
    contexts = []

    def open_(address: str, **options: object) -> tuple[Page, list[str]]:
        contexts.append(browser.new_context(locale="it-IT", **options))
        page, said = contexts[-1].new_page(), []
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: TOOL in message.text or said.append(message.text))
        page.goto(address)
        return page, said

    yield open_
    for context in contexts:
        context.close()


def test_a_site_that_the_settings_name_shows_the_map_and_it_can_be_moved(live_server, host, visit, settings):
    load_demo("torino")
    settings.SITE_URL, settings.EMBED_ORIGINS = live_server.url, [host()]
    code = (
        f'<iframe src="{live_server.url}/embed/torino/" width="640" height="560" sandbox="allow-same-origin"></iframe>'
    )
    page, said = visit(host(code))
    frame = page.frame_locator("iframe")
    pictured(frame.locator(".embed-map img"))
    before = frame.locator(".embed-map img").get_attribute("src")
    frame.locator(".embed-step-in").click()
    expect(frame.locator(".embed-map img")).not_to_have_attribute("src", before)
    pictured(frame.locator(".embed-map img"))
    assert page.context.cookies() == []
    assert said == []


def test_the_code_on_the_page_of_a_building_shows_the_building(live_server, host, visit, settings):
    load_demo("torino")
    settings.SITE_URL, settings.EMBED_ORIGINS = live_server.url, [host()]
    building = Building.objects.get(source_id="scuola-tre-gelsi")
    ours, _said = visit(live_server.url + building.get_absolute_url(), java_script_enabled=False)
    ours.locator("[data-embed] summary").click()
    code = ours.locator("[data-copy]").input_value()
    for width in (640, 320):
        page, said = visit(host(code), viewport={"width": width, "height": 700})
        frame = page.frame_locator("iframe")
        expect(frame.locator("h1")).to_contain_text(building.name)
        pictured(frame.locator(".embed-map img"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.context.cookies() == [] and said == []


def test_no_other_site_shows_it_and_nobody_shows_our_other_pages(live_server, host, visit, settings):
    load_demo("torino")
    settings.SITE_URL = live_server.url
    for allowed, path in ((["https://altro.example.it"], "/embed/torino/"), ([host()], "/torino/")):
        settings.EMBED_ORIGINS = allowed
        page, said = visit(host(f'<iframe src="{live_server.url}{path}"></iframe>'))
        page.wait_for_load_state("networkidle")
        assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
        assert any("frame-ancestors" in text for text in said), (allowed, path, said)
        assert page.context.cookies() == []


def test_the_code_is_copied_with_one_press(live_server, visit, settings, host):
    load_demo("torino")
    settings.SITE_URL, settings.EMBED_ORIGINS = live_server.url, [host()]
    building = Building.objects.get(source_id="scuola-tre-gelsi")
    page, _said = visit(
        live_server.url + building.get_absolute_url(), permissions=["clipboard-read", "clipboard-write"]
    )
    page.locator("[data-embed] summary").click()
    page.locator("[data-copy-button]").click()
    expect(page.locator("[data-copied]")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("<iframe ")
