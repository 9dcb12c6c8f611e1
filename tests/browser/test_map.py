"""The map page as a person at a desk uses it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.browser.conftest import press
from tests.browser.map_page import counts, drawn, exported, listed, located, names, settled, view

HERE = "/en/torino/"


@pytest.fixture
def map_page(live_server, town, open_page) -> Page:
    page = open_page(HERE, viewport={"width": 1280, "height": 800})
    return settled(page)


def test_a_building_is_found_by_filter_and_its_panel_opened(map_page):
    map_page.uncheck("[name=layers][value=pacts]")
    map_page.uncheck("[name=layers][value=proposals]")
    map_page.uncheck("[name=layers][value=houses]")
    map_page.click(".filters-open")
    map_page.check("[name='buildings.use_status'][value=underused]")
    settled(map_page)
    assert names(map_page) == ["Ex scuola perché underused"]
    map_page.keyboard.press("Escape")
    map_page.click("[data-places] [data-open]")
    expect(map_page.locator(".panel-name")).to_have_text("Ex scuola perché underused")
    expect(map_page.locator(".panel .state")).to_contain_text("Underused")
    for part in ("layers=buildings", "buildings.use_status=underused", "feature="):
        expect(map_page).to_have_url(re.compile(re.escape(part)))


def test_a_building_is_found_by_search_without_its_accents_and_its_page_opened(map_page):
    map_page.fill("#q", "scuola perche reused")
    map_page.press("#q", "Enter")
    settled(map_page)
    assert names(map_page) == ["Ex scuola perché reused"]
    assert len(drawn(map_page)) == 1
    map_page.click("[data-places] [data-open]")
    press(map_page.locator(".panel-next .button >> nth=0"))
    expect(map_page).to_have_url(re.compile(r"/en/torino/buildings/[0-9a-f-]{36}/$"))
    expect(map_page.locator("h1")).to_contain_text("Ex scuola perché reused")


def test_a_street_moves_the_map_and_leaves_the_search(map_page):
    make.StreetFactory(name="Via Cumiana", place=make.line((7.64, 45.06), (7.645, 45.065)))
    map_page.fill("#q", "via cumiana 15")
    map_page.press("#q", "Enter")
    settled(map_page)
    map_page.click(".jumps a")
    settled(map_page)
    west, south, east, north = view(map_page)
    assert west < 7.64 < 7.645 < east and south < 45.06 < 45.065 < north
    assert east - west < 0.1
    expect(map_page.locator("#q")).to_have_value("")


def test_list_legend_map_and_download_hold_the_same_things(map_page):
    for _ in range(2):
        assert located(map_page) == drawn(map_page)
        assert listed(map_page) == exported(map_page)
        assert sum(counts(map_page).values()) == len(listed(map_page))
        map_page.click(".leaflet-control-zoom-in")
        settled(map_page)
        map_page.locator(".leaflet-container").focus()
        map_page.keyboard.press("ArrowRight")
        settled(map_page)


def test_what_reaches_into_the_view_from_outside_is_drawn_too(map_page, open_page):
    page = settled(open_page("/en/torino/?bbox=7.661,45.0695,7.663,45.0705", viewport={"width": 1280, "height": 800}))
    assert "Lungo Dora" in names(page)
    assert located(page) == drawn(page)


def test_the_address_shows_somebody_else_the_same_view(map_page, open_page):
    map_page.uncheck("[name=layers][value=proposals]")
    map_page.click(".leaflet-control-zoom-in")
    settled(map_page)
    map_page.click(".leaflet-control-zoom-in")
    settled(map_page)
    map_page.locator("[data-places] [data-open]").first.click()
    expect(map_page.locator(".panel-name")).to_be_visible()
    settled(map_page)
    other = settled(open_page(map_page.url, viewport={"width": 1280, "height": 800}))
    assert other.url == map_page.url
    assert names(other) == names(map_page)
    assert drawn(other) == drawn(map_page)
    assert other.evaluate("document.querySelector('city-map').map.getZoom()") == map_page.evaluate(
        "document.querySelector('city-map').map.getZoom()"
    )
    assert other.locator(".panel-name").text_content() == map_page.locator(".panel-name").text_content()


def test_the_other_language_shows_the_same_view(map_page):
    map_page.uncheck("[name=layers][value=proposals]")
    settled(map_page)
    before = names(map_page)
    press(map_page.get_by_role("link", name="Italiano"))
    expect(map_page).to_have_url(re.compile(r"//[^/]+/torino/\?layers="))
    settled(map_page)
    assert names(map_page) == before


def test_back_undoes_one_choice_at_a_time(map_page):
    everything = names(map_page)
    map_page.uncheck("[name=layers][value=pacts]")
    settled(map_page)
    fewer = names(map_page)
    map_page.locator("[data-places] [data-open]").first.click()
    expect(map_page.locator(".panel")).to_be_visible()
    map_page.go_back()
    expect(map_page.locator(".panel")).to_be_hidden()
    settled(map_page)
    assert names(map_page) == fewer != everything
    map_page.go_back()
    settled(map_page)
    assert names(map_page) == everything
    expect(map_page.locator("[name=layers][value=pacts]")).to_be_checked()


def test_a_group_opens_into_its_things_and_one_spot_into_their_list(map_page):
    group = map_page.get_by_role("button", name=re.compile(r"\d+ places(, zoom in| at this spot, open the list)"))
    expect(group.first).to_be_visible()
    stack = map_page.get_by_role("button", name=re.compile("places at this spot"))
    for _ in range(6):
        if stack.count():
            break
        group.first.click()
        settled(map_page)
    stack.first.click()
    expect(map_page.locator(".panel-name")).to_contain_text("places at this spot")
    first = map_page.locator(".panel .thing-name").first
    name = first.text_content()
    first.click()
    expect(map_page.locator(".panel-name")).to_have_text(name)


def test_the_keyboard_reaches_a_mark_opens_it_and_comes_back(map_page):
    mark = map_page.get_by_role("button", name=re.compile("Lungo Dora, Public building, Disused"))
    mark.focus()
    map_page.keyboard.press("Enter")
    expect(map_page.locator(".panel-name")).to_be_focused()
    map_page.keyboard.press("Escape")
    expect(map_page.locator(".panel")).to_be_hidden()
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    map_page.wait_for_function(f"({focused}).includes('Lungo Dora')")


def test_the_skip_link_leads_to_the_list_and_tab_walks_through_it(map_page):
    map_page.locator("body").press("Tab")
    map_page.keyboard.press("Tab")
    assert map_page.evaluate("document.activeElement.getAttribute('href')") == "#results"
    map_page.keyboard.press("Enter")
    reached = []
    for _ in range(6):
        map_page.keyboard.press("Tab")
        reached.append(map_page.evaluate("document.activeElement.dataset.open ?? ''"))
    assert len(set(filter(None, reached))) >= 3


def test_pointing_at_the_list_shows_the_place_on_the_map(map_page):
    map_page.locator("[data-places] [data-point]").first.hover()
    expect(map_page.locator(".ring.is-hint")).to_have_count(1)


def test_a_neighbourhood_says_what_it_holds_and_narrows_the_view(map_page):
    map_page.locator("[data-territory]", has_text="San Salvario").click()
    expect(map_page.locator(".panel-name")).to_have_text("San Salvario")
    map_page.click(".panel [data-address]")
    settled(map_page)
    expect(map_page).to_have_url(re.compile(r"neighbourhood=San\+Salvario"))
    expect(map_page.locator("#neighbourhood")).to_have_value("San Salvario")
    assert len(names(map_page)) > 0


def test_a_search_that_finds_nothing_says_what_to_do(map_page):
    map_page.fill("#q", "castello incantato")
    map_page.press("#q", "Enter")
    settled(map_page)
    expect(map_page.locator(".empty")).to_contain_text("Take a filter away")
    expect(map_page.locator("[data-live]")).to_have_text("No place here")
    map_page.click(".empty a")
    settled(map_page)
    assert len(names(map_page)) > 0


def test_the_first_visit_gets_one_sentence_once(map_page):
    welcome = map_page.locator("[data-welcome]")
    expect(welcome).to_be_visible()
    map_page.click("[data-welcome-close]")
    expect(welcome).to_be_hidden()
    map_page.reload()
    settled(map_page)
    expect(welcome).to_be_hidden()


STREETS_BETWEEN_PIXELS = """async () => {
  const { map } = document.querySelector("city-map");
  const module = document.querySelector("script[src$='city-map.js']").src.replace("city-map", "street-names");
  const { StreetNames } = await import(module);
  map.setView([45.07, 7.66], 17, { animate: false });
  const real = map.containerPointToLayerPoint;
  map.containerPointToLayerPoint = (point) => real.call(map, point).add([0.37, 0.61]);
  const names = new StreetNames(map);
  const line = (n) => [[7.5, 45.07 + n / 900], [7.8, 45.07 - n / 700]];
  const street = (n) => ({
    properties: { name: `Via ${n}` },
    geometry: { type: "LineString", coordinates: line(n - 20) },
  });
  names.draw(Array.from({ length: 40 }, (_, n) => street(n)), []);
  return names.layer.getLayers().length;
}"""


def test_streets_are_named_even_while_the_map_stands_between_two_pixels(map_page):
    assert map_page.evaluate(STREETS_BETWEEN_PIXELS) > 0


def test_the_map_can_be_moved_before_its_parts_have_come(town, open_page):
    held = []
    page = open_page("about:blank", allowed=("asked for about",))
    page.route("**/city-map.js", lambda route: held.append(route))
    page.goto("/en/torino/", wait_until="commit")
    picture = page.locator("city-map.is-live .leaflet-tile-pane .still")
    expect(picture).to_be_visible()
    before = picture.bounding_box()
    page.mouse.move(800, 400)
    page.mouse.down()
    page.mouse.move(860, 430, steps=6)
    page.mouse.up()
    page.wait_for_timeout(600)  # until it stops gliding
    after = picture.bounding_box()
    assert after["x"] - before["x"] >= 50 and after["y"] - before["y"] >= 25, "the picture goes with the map"
    for route in held:
        route.continue_()
    settled(page)
    assert "bbox=" in page.url, "what the reader did counts"
    expect(page.locator(".still")).to_have_count(0)
