"""The style page and the pages of trouble: light, dark, telephone, desktop, both languages, on paper."""

import pytest
from playwright.sync_api import Page, expect

from commons.demo import load_demo
from commons.models import Building
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import faults, overflow

pytestmark = pytest.mark.slow

ERRORS = ("status of 400", "status of 404", "status of 410")
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def demo(transactional_db):
    load_demo("torino")


def wrong(page: Page) -> list[str]:
    found = faults(page)
    return [*found, f"{overflow(page)} px too wide"] if overflow(page) > 0 else found


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("path", ["/style/", "/en/style/"])
def test_every_part_reads_well_in_every_light_and_size(demo, open_page, path, light):
    page = open_page(path, color_scheme=light)
    found = {}
    for size in (DESKTOP, PHONE, NARROW):
        page.set_viewport_size(size)
        if said := wrong(page):
            found[size["width"]] = said
    assert found == {}


@pytest.mark.parametrize("light", ["light", "dark"])
def test_pages_of_trouble_read_well_and_lead_on(demo, open_page, light):
    gone = Building.objects.get(source_id="scuola-tre-gelsi")
    Building.objects.filter(pk=gone.pk).update(visibility="hidden")
    page = open_page("/en/offline/", color_scheme=light, viewport=PHONE, allowed=ERRORS)
    found = {}
    for path in ("/en/torino/?bbox=no", "/torino/nowhere/at/all/", f"/en/id/{gone.uid}", "/offline/"):
        page.goto(path)
        expect(page.locator(".scene")).to_be_visible()
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            if said := wrong(page):
                found[f"{path} {size['width']}"] = said
    assert found == {}
    page.goto("/en/nowhere/at/all/")
    page.locator(".next-steps a").last.click()
    expect(page.locator("city-map")).to_be_visible()


def test_on_paper_every_page_is_dark_on_white_even_when_the_screen_is_dark(demo, open_page):
    page = open_page("/style/", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    expect(page.locator(".slim")).to_be_hidden()


def test_a_telephone_reaches_every_kind_of_place_in_one_row_and_the_page_does_not_scroll_sideways(demo, open_page):
    for size in (PHONE, NARROW):
        page = open_page("/torino/", viewport=size)
        layers = page.locator(".layer")
        expect(layers.first).to_be_visible()
        assert layers.count() >= 4
        for layer in layers.all():
            layer.locator("input").first.focus()
            expect(layer).to_be_in_viewport(ratio=0.2)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
