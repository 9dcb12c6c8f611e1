"""Every kind of page, in every look: axe finds nothing, and nothing is lost when it is small or large.

The quick tests look at some pages in some looks; the whole matrix is a drill.
"""

import pytest
from playwright.sync_api import expect

from commons.models import Proposal
from tests.browser import test_pages
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.map_page import settled
from tests.browser.test_pages import PAGES, address
from tests.browser.walk import cast, everybody, lost, of_the_office, ones_own, tab_to

ALLOWED = ("status of 400", "status of 404", "status of 410")
ZOOMED = {"width": 320, "height": 256}  # what 400 % leaves of 1280 x 1024
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""
QUICK = ("map", "feedback", "feedback sent", "self-assessment", "privacy", "glossary", "not there")
SMALL = (*QUICK, "map with a place open", "begin a proposal", "open data", "sign in",
         "a building with a very long name", "a neighbourhood", "a proposal")  # fmt: skip


@pytest.fixture
def who(transactional_db):
    return cast()


def faults(page) -> list[str]:
    """What axe finds, once a map has come to rest: its list is pale while it is being read anew."""
    if page.locator("city-map").count():
        settled(page)
    return test_pages.faults(page)


def in_language(path: str, language: str) -> str:
    return path if language == "it" else f"/en{path}"


def test_axe_finds_nothing_on_the_pages_of_duties(who, open_page):
    page = open_page("/privacy/", allowed=ALLOWED)
    every, found = everybody(), {}
    for number, name in enumerate(QUICK):
        page.set_viewport_size((DESKTOP, PHONE)[number % 2])
        page.emulate_media(color_scheme=("light", "dark")[number // 2 % 2])
        page.goto(in_language(every[name], ("it", "en")[number % 2]))
        if wrong := faults(page):
            found[name] = wrong
    assert found == {}


def test_at_320_pixels_nothing_of_the_main_pages_is_lost(who, open_page):
    page = open_page("/privacy/", viewport=ZOOMED, allowed=ALLOWED)
    every, found = everybody(), {}
    for name in SMALL:
        page.goto(every[name])
        if wrong := lost(page):
            found[name] = wrong
    assert found == {}


def test_a_building_is_found_and_a_proposal_sent_by_keyboard_alone(who, open_page):
    page = open_page("/en/torino/", user=who.alice, allowed=("status of 400",))
    keys, hidden = page.keyboard, []

    def go(wanted) -> None:
        hidden.extend(tab_to(page, wanted))

    def enter() -> None:
        with page.expect_navigation():
            keys.press("Enter")
        page.wait_for_load_state()

    page.wait_for_load_state()
    go(page.locator("input[name=q]"))
    keys.type("tre gelsi")
    keys.press("Enter")
    page.wait_for_url("**q=tre*gelsi**")
    place = page.locator(
        f"[data-places] [data-uid='{who.building.uid}'] a, [data-places] a[data-uid='{who.building.uid}']"
    )
    expect(place.first).to_be_visible()
    go(place)
    keys.press("Enter")
    proposing = page.get_by_role("link", name="Propose something here")
    expect(proposing).to_be_visible()
    go(proposing)
    enter()
    words = page.get_by_label("In a few words, what would you like to do?")
    expect(words).to_be_visible()
    go(words)
    keys.type("Doposcuola")
    go(page.get_by_role("button", name="Begin to write"))
    enter()
    for field, text in {"description": "Un doposcuola aperto", "aims": "I ragazzi hanno un posto"}.items():
        expect(page.locator(f"#id_{field}")).to_be_visible()
        go(page.locator(f"#id_{field}"))
        keys.type(text)
    group = page.get_by_label("Gruppo Gelsi", exact=True)
    if group.is_visible():
        go(group)
        keys.press("Space")
    for name in ("no_resources", "duration_months", "contact_name", "contact_email", "consent"):
        by_keyboard_open(page, name, hidden)
        go(page.locator(f"#id_{name}"))
        said = {"duration_months": "24", "contact_name": "Gruppo Gelsi", "contact_email": "gelsi@example.org"}
        keys.type(said[name]) if name in said else keys.press("Space")
    go(page.get_by_role("button", name="Send the proposal"))
    enter()
    expect(page.locator("[data-receipt]")).to_be_visible()
    sent = Proposal.objects.get(author=who.alice, name="Doposcuola")
    assert sent.state == "submitted" and sent.building == who.building
    assert hidden == []


def by_keyboard_open(page, name: str, hidden: list[str]) -> None:
    """Opens, by keyboard, the part of the form that holds a field."""
    part = page.locator(f"details.part:has(#id_{name})")
    if part.count() and part.get_attribute("open") is None:
        hidden.extend(tab_to(page, part.locator("> summary")))
        page.keyboard.press("Enter")
        expect(page.locator(f"#id_{name}")).to_be_visible()


def rounds(who, open_page, allowed=ALLOWED, **look):
    """Each kind of page with somebody who may see it, in pages that look so."""
    for user, every in ((None, everybody()), (who.alice, ones_own(who)), (who.sara, of_the_office(who))):
        page = open_page("/privacy/", user=user, allowed=allowed, **look)
        yield page, every


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["it", "en"])
def test_axe_finds_nothing_anywhere(who, open_page, language, scheme):
    found, looked_at = {}, 0
    for page, every in rounds(who, open_page, color_scheme=scheme):
        for name, path in every.items():
            page.goto(in_language(path, language))
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                looked_at += 1
                if wrong := faults(page):
                    found[f"{name}, {size['width']} px"] = wrong
    print(f"{looked_at} views in {language}, {scheme}: {len(found)} with faults")
    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("size", [{"width": 320, "height": 800}, ZOOMED], ids=["320", "zoom"])
def test_nothing_is_lost_on_a_small_screen_or_four_times_as_large(who, open_page, language, size):
    found = {}
    for page, every in rounds(who, open_page, viewport=size):
        for name, path in every.items():
            page.goto(in_language(path, language))
            if wrong := lost(page):
                found[name] = wrong
    assert found == {}


@pytest.mark.slow
def test_nothing_is_lost_when_a_reader_spaces_the_text_wider(who, open_page):
    found = {}
    moved = (*ALLOWED, "layout shift")  # that is what wider text does
    for page, every in rounds(who, open_page, moved, viewport={"width": 360, "height": 800}, bypass_csp=True):
        for name, path in every.items():
            page.goto(path)
            page.add_style_tag(content=SPACED)
            if wrong := lost(page):
                found[name] = wrong
    assert found == {}


@pytest.mark.slow
def test_the_first_key_leads_past_the_header_on_every_page(who, open_page):
    for page, every in rounds(who, open_page):
        for name, path in every.items():
            if name == "embedded map":  # in another page, which has its own
                continue
            page.goto(path)
            page.keyboard.press("Tab")
            assert page.locator(":focus").get_attribute("href") == "#content", name


def test_all_kinds_of_pages_have_an_address(who):
    every = everybody() | ones_own(who) | of_the_office(who)
    assert len(every) > 60 and all(path.startswith("/") for path in every.values())
    assert {address(name) for name in PAGES} <= set(every.values())
