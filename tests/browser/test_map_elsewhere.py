"""The map page on a phone, without a script, without tiles, at high zoom; and what axe has to say of all of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.browser.conftest import press
from tests.browser.map_page import drawn, located, names, settled, view

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
ZOOMED = {"viewport": {"width": 320, "height": 200}}
DESK = {"viewport": {"width": 1280, "height": 800}}


def fits(page: Page) -> bool:
    """Whether nothing makes the page scroll sideways."""
    return page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def complaints(page: Page) -> list[str]:
    """What axe finds on the page."""
    page.wait_for_load_state()
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes']][:3]}"
        for one in found.response["violations"]
    ]


def test_on_a_phone_the_list_is_a_sheet_that_opens_over_the_map(town, open_page):
    page = settled(open_page("/en/torino/", **PHONE))
    handle = page.locator("[data-sheet-toggle]")
    expect(handle).to_have_attribute("aria-expanded", "false")
    low = page.locator(".sheet").bounding_box()["height"]
    handle.focus()
    page.keyboard.press("Enter")
    expect(handle).to_have_attribute("aria-expanded", "true")
    page.wait_for_function("low => document.querySelector('.sheet').offsetHeight > low * 1.8", arg=low)
    page.locator("[data-places] [data-open]").first.tap()
    expect(page.locator(".panel-name")).to_be_visible()
    expect(handle).to_have_attribute("aria-expanded", "false")
    assert fits(page)


def test_the_sheet_follows_the_finger(town, open_page):
    page = settled(open_page("/en/torino/", **PHONE))
    box = page.locator("[data-sheet-toggle]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 200, steps=5)
    page.mouse.up()
    expect(page.locator("city-map")).to_have_attribute("data-sheet", "open")
    settled(page)
    assert located(page) == drawn(page)


@pytest.mark.parametrize("screen", [SMALL, ZOOMED], ids=["320 pixels", "400 percent"])
def test_small_screens_lose_nothing(town, open_page, screen):
    page = settled(open_page("/en/torino/", **screen))
    assert fits(page)
    page.locator("[data-places] [data-open]").first.click()
    expect(page.locator(".panel-name")).to_be_visible()
    assert fits(page)


def test_without_a_script_form_list_and_drawing_do_the_work(town, open_page):
    page = open_page("/en/torino/", java_script_enabled=False, **DESK)
    drawing = page.locator(".still")
    assert page.request.get(drawing.get_attribute("src")).headers["content-type"] == "image/svg+xml"
    page.fill("#q", "perche")
    page.uncheck("[name=layers][value=pacts]")
    press(page.locator(".search-go"))
    assert "q=perche" in page.url
    found = names(page)
    assert found and all("perché" in name for name in found)
    press(page.locator("[data-places] [data-open]").first)
    expect(page.locator(".panel-name")).to_have_text(found[0])
    press(page.locator("[data-panel-close]"))
    expect(page.locator(".panel")).to_be_hidden()
    press(page.get_by_role("link", name="Remove «perche»"))
    assert len(names(page)) > 4


def test_when_tiles_do_not_come_the_map_draws_its_own_ground(town, open_page, settings):
    host = "http://tiles.example"
    settings.TILE_URL, settings.TILE_ATTRIBUTION = host + "/{z}/{x}/{y}.png", "© Somebody"
    policy = {**project.CONTENT_SECURITY_POLICY["DIRECTIVES"]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"img-src": ["'self'", "data:", host]}}
    page = open_page("about:blank", allowed=("tiles.example", "ERR_"), **DESK)
    page.route(host + "/**", lambda route: route.abort())
    page.goto("/en/torino/?bbox=7.66,45.05,7.70,45.08")
    settled(page)
    expect(page.locator("[data-notice]")).to_contain_text("our own")
    expect(page.locator("path.street")).to_have_count(1)
    expect(page.locator("path.water")).to_have_count(1)
    assert located(page) == drawn(page)


def test_a_server_that_fails_is_said_and_tried_again(town, open_page):
    page = settled(open_page("/en/torino/", allowed=("500", "Failed to load"), **DESK))
    page.route("**/*fragment=list*", lambda route: route.fulfill(status=500, body=""))
    before = names(page)
    page.uncheck("[name=layers][value=pacts]")
    expect(page.locator("[data-notice]")).to_contain_text("try again")
    assert names(page) == before, "what was there is still there"
    page.unroute("**/*fragment=list*")
    page.click("[data-notice] button")
    settled(page)
    assert 0 < len(names(page)) < len(before)


def test_near_me_goes_there_and_says_so(town, open_page):
    here = {"latitude": 45.05, "longitude": 7.67}
    page = settled(open_page("/en/torino/", geolocation=here, permissions=["geolocation"], **DESK))
    page.click("[data-locate]")
    expect(page.locator("[data-notice]")).to_contain_text("You are here")
    settled(page)
    west, south, east, north = view(page)
    assert west < 7.67 < east and south < 45.05 < north and east - west < 0.03


LOOKS = {
    "light": ("/en/torino/", DESK),
    "dark": ("/en/torino/", DESK | {"color_scheme": "dark"}),
    "phone": ("/torino/", PHONE),
    "phone, dark": ("/torino/", PHONE | {"color_scheme": "dark"}),
    "nothing found": ("/en/torino/?q=nothing+of+the+kind", DESK),
    "400 percent": ("/en/torino/", ZOOMED),
}


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_map(town, open_page, look):
    make.BuildingFactory(name="Esempio", example=True, precision="approximate", x=7.69)
    path, screen = LOOKS[look]
    page = settled(open_page(path, **screen))
    assert complaints(page) == []


def test_axe_finds_nothing_with_filters_panel_and_downloads_open(town, open_page):
    page = settled(open_page("/en/torino/", **DESK))
    page.click("[data-download] summary")
    assert complaints(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-download] ul").first).to_be_hidden()
    page.locator("[data-places] [data-open]").first.click()
    expect(page.locator(".panel-name")).to_be_visible()
    assert complaints(page) == []
    page.click(".filters-open")
    expect(page.locator(".filters-in")).to_be_visible()
    assert complaints(page) == []


def test_axe_finds_nothing_on_the_page_without_a_script(town, open_page):
    page = open_page("about:blank", allowed=("ERR_FAILED", "asked for about"), **DESK)
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/en/torino/?feature=" + town.buildings[0].uid)
    assert page.locator("city-map.is-live").count() == 0
    assert complaints(page) == []


def test_axe_finds_nothing_on_error_pages(town, open_page):
    for path in ("/en/torino/?bbox=1,2", "/en/atlantide/"):
        page = open_page(path, allowed=("400", "404"))
        assert page.locator("h1").count() == 1
        assert complaints(page) == []
