"""The installed web app without network: the area seen last, one's own drafts, and the plain word that it is away."""

import json
import time

import pytest
from playwright.sync_api import Page, expect

from commons.demo import load_demo
from commons.models import Building, Proposal
from tests import factories as make
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.test_pages import faults, overflow

pytestmark = pytest.mark.slow

# What a browser says of itself when there is no network.
CUT = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "status of 504", "Failed to fetch", "Failed to load resource")
APP = {"service_workers": "allow", "allowed": CUT}


@pytest.fixture
def demo(transactional_db):
    load_demo("torino")


def until(page: Page, script: str) -> None:
    """Waits until a script says yes; Playwright's own waiting is forbidden by the page's content policy."""
    end = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(script):
        assert time.monotonic() < end, script
        page.wait_for_timeout(100)


def in_charge(page: Page, *kept: str) -> None:
    """Waits until the worker answers for the page, and has kept something of these kinds: pages, lists, data."""
    until(page, "navigator.serviceWorker.controller !== null")
    for kind in kept:  # each page tells its worker once more, a second after what came last
        names = f"(await caches.keys()).filter((name) => name.endsWith('-{kind}'))"
        until(page, f"(async () => {{ for (const name of {names}) if ((await (await caches.open(name)).keys()).length) "
                    "return true; return false; })()")  # fmt: skip
    before = -1
    while (now := len(kept_addresses(page))) != before:
        before = now
        page.wait_for_timeout(2_000)


def kept_addresses(page: Page) -> list[str]:
    return page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
          (await (await caches.open(name)).keys()).map((key) => key.url)))).flat()"""
    )


def cut(page: Page, off: bool = True) -> None:
    page.context.set_offline(off)


def test_the_area_seen_last_opens_without_network_with_its_list_and_says_so(demo, open_page):
    page = open_page("/en/torino/", viewport=PHONE, **APP)
    marks = page.locator(".leaflet-marker-pane .mark, .leaflet-marker-pane button")
    expect(marks.first).to_be_attached()
    in_charge(page, "pages", "lists", "data")
    page.wait_for_load_state("networkidle")
    lines = page.locator(".thing-name").all_inner_texts()
    cut(page)
    page.reload()
    expect(page.locator("[data-offline]")).to_contain_text("No network. You see this page as it was on")
    expect(page.locator(".thing-name").first).to_have_text(lines[0])
    expect(marks.first).to_be_attached()
    assert page.locator(".thing-name").all_inner_texts() == lines
    assert overflow(page) <= 0 and not faults(page)
    cut(page, off=False)
    expect(page.locator("[data-offline]")).to_contain_text("The network is back")
    page.get_by_role("link", name="Load it again").click()
    expect(page.locator("html[data-kept]")).to_have_count(0)
    expect(page.locator("[data-offline]")).to_be_hidden()


def test_the_app_begins_with_the_area_seen_last_when_there_is_no_network(demo, open_page):
    page = open_page("/torino/?q=scuola", **APP)
    in_charge(page, "pages", "lists", "data")
    page.wait_for_load_state("networkidle")
    cut(page)
    page.goto("/")
    expect(page.locator("[data-offline]")).to_be_visible()
    assert "/torino/" in page.url and "fragment" not in page.url
    expect(page.locator(".thing-name").first).to_be_attached()


def test_a_place_that_was_opened_opens_again_and_one_that_was_not_says_that_there_is_no_network(demo, open_page):
    seen = Building.objects.get(source_id="scuola-tre-gelsi").get_absolute_url()
    other = Building.objects.get(source_id="nome-lunghissimo").get_absolute_url()
    page = open_page(f"/en{seen}", **APP)
    in_charge(page, "pages")
    cut(page)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Tre Gelsi")
    expect(page.locator("[data-offline]")).to_contain_text("as it was on")
    page.goto(f"/en{other}")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no network")
    expect(page.get_by_role("link", name="Open the map as you saw it last")).to_be_visible()
    assert not faults(page)
    page.goto("/torino/calls/")
    expect(page.locator("html")).to_have_attribute("lang", "it")


def test_nothing_of_a_person_is_ever_kept_by_the_worker(demo, open_page):
    dora = make.UserFactory(username="dora", display_name="Dora Riservata")
    page = open_page("/en/torino/", user=dora, **APP)
    in_charge(page, "pages")
    for path in ("/en/me/", "/en/messages/", "/en/me/account/", "/en/torino/propose/", "/en/torino/"):
        page.goto(path)
        expect(page.get_by_text("Dora Riservata").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    addresses = kept_addresses(page)
    assert not [
        one for one in addresses if any(word in one for word in ("/me/", "/messages/", "/propose/", "/account/"))
    ]
    texts = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) => {
          const cache = await caches.open(name);
          return Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).text()));
        }))).flat().join(" ")"""
    )
    assert "Barriera" in texts and "Dora Riservata" not in texts
    cut(page)
    page.goto("/en/torino/")
    expect(page.locator("[data-offline]")).to_contain_text("as it was on")
    page.goto("/en/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no network")


@pytest.fixture
def draft(demo) -> Proposal:
    alice = make.UserFactory(username="alice", display_name="Alice")
    return Proposal.objects.create(city=make.CityFactory(), author=alice, name="Orto", aims="Verde")


def test_a_draft_opens_without_network_is_gone_on_with_and_saved_when_it_is_back(draft, open_page):
    path = f"/en/torino/propose/{draft.uid}/"
    page = open_page(path, user=draft.author, **APP)
    in_charge(page)
    until(page, "Object.keys(localStorage).length === 1")
    cut(page)
    page.goto(path)
    expect(page.get_by_role("heading", level=2, name="Orto")).to_be_visible()
    expect(page.locator("[data-copy-state]")).to_contain_text("No network: this is your draft")
    page.locator("#text_aims").fill("Verde per tutti, scritto in cantina")
    expect(page.locator("[data-copy-state]")).to_contain_text("Kept in this browser")
    assert not faults(page) and overflow(page) <= 0
    cut(page, off=False)
    expect(page.locator("#id_aims")).to_have_value("Verde per tutti, scritto in cantina")
    expect(page.locator("[data-saved][data-state=well]")).to_contain_text("Saved at")
    draft.refresh_from_db()
    assert draft.aims == "Verde per tutti, scritto in cantina"
    until(page, "!JSON.parse(Object.values(localStorage)[0]).changed")


def test_what_was_written_without_network_never_overwrites_what_another_wrote_meanwhile(draft, open_page):
    path = f"/en/torino/propose/{draft.uid}/"
    page = open_page(path, user=draft.author, **{**APP, "allowed": (*CUT, "status of 409")})
    in_charge(page)
    until(page, "Object.keys(localStorage).length === 1")
    cut(page)
    page.goto(path)
    page.locator("#text_aims").fill("Scritto senza rete")
    expect(page.locator("[data-copy-state]")).to_contain_text("Kept in this browser")
    Proposal.objects.filter(pk=draft.pk).update(aims="Scritto altrove", revision=draft.revision + 1)
    cut(page, off=False)
    page.get_by_role("button", name="Look at both texts").click()
    expect(page.locator("[data-mine]")).to_have_text("Scritto senza rete")
    expect(page.locator("[data-theirs]")).to_have_text("Scritto altrove")


def test_signing_out_takes_the_copies_of_drafts_away(draft, open_page):
    page = open_page(f"/en/torino/propose/{draft.uid}/", user=draft.author, **APP)
    until(page, "Object.keys(localStorage).length === 1")
    page.locator(".who summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def test_the_browser_may_install_it(demo, open_page):
    page = open_page("/torino/", **APP)
    in_charge(page)
    session = page.context.new_cdp_session(page)
    errors = {error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert errors <= {"in-incognito"}  # as every window of a test is
    assert session.send("Page.getAppManifest")["errors"] == []
    manifest = json.loads(session.send("Page.getAppManifest")["data"])
    assert {icon["purpose"] for icon in manifest["icons"] if "purpose" in icon} == {"any", "maskable"}
