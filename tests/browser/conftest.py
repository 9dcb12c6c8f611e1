"""A headless Chromium before a live server: a page that complains, jumps, or asks another host for anything, fails."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect, sync_playwright

from bench.front import free_port
from bench.server import gunicorn
from tests.deploy.test_one_second import url

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs its own loop in the test's thread
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 20_000  # milliseconds: a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)
# Says as an error of the page that what was there jumped while it loaded: over 0.1 in five seconds, as Google counts.
# Only until the person acts, the window changes, or the page has been there for half a second: what an action or an
# answer of the server moves later than that would depend on how busy the machine is.
SHIFTS = """() => {
  if (location.pathname.startsWith("/admin/")) return; // Django's pages, not ours
  let window_ = { sum: 0, first: 0, last: 0 }, acted = false, said = false;
  const act = () => { acted = true; };
  for (const kind of ["pointerdown", "keydown", "resize", "wheel"]) addEventListener(kind, act, { capture: true });
  const name = node => node?.nodeType === 1 ? node.tagName.toLowerCase() + "." + node.className : "text";
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) {
      const loaded = performance.getEntriesByType("navigation")[0]?.loadEventEnd || Infinity;
      if (acted || shift.hadRecentInput || shift.startTime > loaded + 500) continue;
      const fresh = shift.startTime - window_.last > 1000 || shift.startTime - window_.first > 5000;
      if (fresh) window_ = { sum: 0, first: shift.startTime, last: 0 };
      window_.sum += shift.value;
      window_.last = shift.startTime;
      if (window_.sum > 0.1 && !said) {
        said = true;
        const moved = shift.sources.map(source => name(source.node)).join(", ");
        console.error(`layout shift of ${window_.sum.toFixed(2)}: ${moved}`);
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one CHROMIUM names; skipped where there is none."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("no Chromium here; CHROMIUM names one")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def served(transactional_db, monkeypatch, tmp_path, settings) -> Iterator[str]:
    """The address of the program as `script/server` serves it, static files packed, on the database of the test."""
    port = free_port()
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    monkeypatch.setenv("DATABASE_URL", url(connection.settings_dict))
    monkeypatch.setenv("SITE_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("STATIC_ROOT", str(tmp_path))
    with gunicorn(port, workers=2, threads=4):
        yield f"http://127.0.0.1:{port}"


@dataclass
class Complaints:
    """What a page complained about: script errors, refused requests, requests to other hosts, jumps while it loads."""

    said: list[str] = field(default_factory=list)

    def listen(self, page: Page, host: str) -> None:
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("console", lambda message: self.note(message.type == "error", f"{message.text} {message.location}"))
        page.on("request", lambda request: self.note(not self.ours(request.url, host), f"asked for {request.url}"))

    def note(self, wrong: bool, text: str) -> None:
        if wrong and "favicon.ico" not in text:
            self.said.append(text)

    @staticmethod
    def ours(url: str, host: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in {"data", "blob"} or parts.netloc == host


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`open_page("/torino/", viewport=PHONE, user=…)`: the page in a context of its own.

    Keywords go to the browser context. `user` is who has signed in. Whatever a page complained about fails the test
    when it ends; `allowed=[…]` are words of complaints that the test expects.
    """
    contexts: list[BrowserContext] = []
    complaints, expected = Complaints(), []

    def open_(path: str, user=None, allowed: tuple[str, ...] = (), **options) -> Page:
        expected.extend(allowed)
        context = browser.new_context(
            base_url=live_server.url, **{"viewport": DESKTOP, "locale": "it-IT", "service_workers": "block"} | options
        )
        contexts.append(context)
        if user:
            context.add_cookies([signed_in(user) | {"url": live_server.url}])
        context.add_init_script(f"({SHIFTS})()")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        complaints.listen(page, urlsplit(live_server.url).netloc)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        try:
            context.close()
        except Error:
            continue
    settle()
    assert [text for text in complaints.said if not any(word in text for word in expected)] == []


def press(where: Locator, key: str = "") -> None:
    """Clicks a link or a button, or presses `key` on it, and waits for the page that it leads to.

    A click alone comes back while the old page still stands, and what is read then may be of either.
    """
    with where.page.expect_navigation():
        where.press(key) if key else where.click()


def pictured(image: Locator) -> None:
    """Waits until a picture has come, whole."""
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0


def settle(most: float = 8.0) -> None:
    """Waits until the server has answered what a closed page had asked for: the database is emptied next."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    busy += "AND backend_type = 'client backend' AND state <> 'idle'"
    quiet, until = 0, time.monotonic() + most
    while quiet < 3 and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            quiet = quiet + 1 if cursor.fetchone()[0] == 0 else 0
        time.sleep(0.05)


def signed_in(user) -> dict[str, str]:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
