"""Each kind of page before a person: it reads well for axe, wide and narrow, light and dark, and leads to the map."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from commons.demo import load_demo
from commons.models import Building, House, Pact, Proposal
from neighbourhoods.models import Neighbourhood, Street
from people.models import Organisation
from tests.browser.conftest import DESKTOP, PHONE, pictured, press

PAGES = {
    "city": None,
    "a building with proposals": (Building, "scuola-tre-gelsi"),
    "a building across a border": (Building, "cortile-due-quartieri"),
    "a building without a place": (Building, "via-onorato-vigliani-102"),
    "a building with a very long name": (Building, "nome-lunghissimo"),
    "a house": (House, "san-salvario"),
    "a house that is not confirmed": (House, "bossoli83"),
    "a pact": (Pact, "patto-cumiana-15"),
    "a renewed pact": (Pact, "patto-serra-2018"),
    "a proposal": (Proposal, "doposcuola-tre-gelsi"),
    "a proposal in English": (Proposal, "tool-garden"),
    "a proposal that was not accepted": (Proposal, "parcheggio-casello"),
    "an organisation": (Organisation, "liberitutti"),
    "a neighbourhood": (Neighbourhood, "neighbourhood-18"),
    "an empty neighbourhood": (Neighbourhood, "neighbourhood-21"),
    "a district": (Neighbourhood, "district-6"),
    "a street": (Street, "streets-Via Po"),
}


def address(name: str) -> str:
    if PAGES[name] is None:
        return "/torino/about/"
    model, source_id = PAGES[name]
    return model.objects.get(source_id=source_id).get_absolute_url()


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its own best practices, one line a rule and place."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def overflow(page: Page) -> int:
    """Pixels that the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture
def demo(transactional_db):
    load_demo("torino")


def test_axe_finds_nothing_and_nothing_overflows_on_any_kind_of_page(demo, open_page):
    page = open_page("/torino/about/")
    found = {}
    for name in PAGES:
        page.goto(address(name))
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            wrong = faults(page) + ([f"{overflow(page)} px too wide"] if overflow(page) > 0 else [])
            if wrong:
                found[f"{name}, {size['width']} px"] = wrong
    assert found == {}


def test_contrast_holds_in_the_dark_and_in_english(demo, open_page):
    page = open_page("/torino/about/", color_scheme="dark")
    found = {}
    for name in ("city", "a building with proposals", "a house", "a proposal", "a neighbourhood"):
        page.goto(f"/en{address(name)}")
        assert page.locator("html").get_attribute("lang") == "en"
        if wrong := faults(page):
            found[name] = wrong
    assert found == {}


def test_the_small_map_is_drawn_and_leads_to_the_map_with_the_thing_open(demo, open_page):
    building = Building.objects.get(source_id="scuola-tre-gelsi")
    page = open_page(building.get_absolute_url())
    pictured(page.locator(".small-map img"))
    press(page.locator(".small-map-link"))
    assert f"feature={building.uid}" in page.url
    expect(page.get_by_role("heading", name=building.name).first).to_be_visible()


def test_a_person_walks_from_a_neighbourhood_to_a_building_to_its_proposal_and_to_the_house(demo, open_page):
    page = open_page("/torino/about/")
    press(page.get_by_role("link", name="Barriera di Milano").first)
    press(page.locator(".thing-name", has_text="Esempio: ex scuola dei Tre Gelsi"))
    press(page.get_by_role("link", name="Esempio: doposcuola e merenda"))
    press(page.get_by_role("link", name="Bagni Pubblici di via Agliè").first)
    expect(page.locator("h1")).to_have_text("Bagni Pubblici di via Agliè")


def test_pages_read_the_same_without_script(demo, open_page):
    page = open_page(address("a building with proposals"), java_script_enabled=False)
    assert page.locator("h1").is_visible()
    assert page.locator(".thing-name").count() >= 2


def test_a_keyboard_reaches_the_content_first(demo, open_page):
    page = open_page(address("a building with proposals"))
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#content"
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


@pytest.mark.parametrize("name", ["a building with a very long name", "a neighbourhood"])
def test_at_four_times_the_size_nothing_is_cut_off(name, demo, open_page):
    page = open_page(address(name), viewport={"width": 320, "height": 256})
    assert overflow(page) <= 0
