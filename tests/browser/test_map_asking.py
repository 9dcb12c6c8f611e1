"""The map page asked of a time, a ring and an area; its legend pressed; its marks walked through; printed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.browser.conftest import press
from tests.browser.map_page import counts, drawn, exported, listed, located, names, settled
from tests.browser.test_map_elsewhere import DESK, PHONE, complaints, fits

pytestmark = pytest.mark.slow

HERE = "/en/torino/"
HERE_2020 = "datetime=2020-01-01/2020-12-31"
CORNERS = [(7.668, 45.048), (7.672, 45.048), (7.672, 45.052), (7.668, 45.052)]  # round the house


@pytest.fixture
def dated(town) -> None:
    """Of the town's pacts, one was over before 2020 and one began in 2023."""
    make.PactFactory(name="Patto di ieri", starts_on="2017-01-01", ends_on="2018-06-30")
    make.PactFactory(name="Patto di domani", starts_on="2023-01-01", ends_on=None)


@pytest.fixture
def page(live_server, town, dated, open_page) -> Page:
    return settled(open_page(HERE, **DESK))


def same_everywhere(page: Page) -> set[str]:
    """What list, map, legend and downloads hold, which is one and the same."""
    settled(page)
    found = listed(page)
    assert located(page) == drawn(page)
    assert exported(page) == found
    assert sum(counts(page).values()) == len(found)
    return found


def test_the_slider_of_years_shows_what_was_there_then(page):
    everything = same_everywhere(page)
    page.click("[data-strip-open=time]")
    slider = page.get_by_role("slider", name="Year")
    expect(slider).to_be_visible()
    slider.focus()
    for _ in range(30):
        if "2018" in (slider.get_attribute("aria-valuetext") or ""):
            break
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("datetime=2018-01-01/2018-12-31"))
    then = same_everywhere(page)
    assert then < everything
    assert "Patto di ieri" in names(page) and "Patto di domani" not in names(page)
    page.select_option("#datetime", "")
    expect(page).not_to_have_url(re.compile("datetime="))
    assert same_everywhere(page) == everything


def test_the_boundary_in_force_then_is_the_one_drawn(live_server, town, open_page):
    west = town.west.partition
    type(west).objects.filter(pk=west.pk).update(valid_from="2020-01-01")
    then = {"valid_from": "2010-01-01", "valid_to": "2020-01-01", "current": False}
    old = make.PartitionFactory(city=town.city, name="Borghi", **then)
    make.NeighbourhoodFactory(city=town.city, partition=old, code="9", name="Borgo di una volta")
    page = settled(open_page(f"{HERE}?datetime=2015-06-01", **DESK))
    expect(page.locator("[data-territory]", has_text="Borgo di una volta")).to_have_count(1)
    expect(page.locator("[data-territory]", has_text="San Salvario")).to_have_count(0)
    page.locator("[data-territory]", has_text="Borgo di una volta").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".panel-name")).to_have_text("Borgo di una volta")


def test_near_me_is_a_ring_with_a_list_by_distance(town, open_page):
    here = {"latitude": 45.0502, "longitude": 7.6701}
    page = settled(open_page(HERE, geolocation=here, permissions=["geolocation"], **DESK))
    page.click("[data-locate]")
    expect(page).to_have_url(re.compile(r"near=7\.6701,45\.0502,500"))
    expect(page.locator("[data-found-title]")).to_contain_text("within 500 m as the crow flies")
    expect(page.locator(".ring-words")).to_have_text("500 m as the crow flies")
    expect(page.locator("[data-welcome]")).to_be_hidden()
    few = same_everywhere(page)
    page.locator(".rings a", has_text="2 km").click()
    expect(page.locator("[data-found-title]")).to_contain_text("within 2 km as the crow flies")
    many = same_everywhere(page)
    assert few < many
    said = page.locator(".thing-away").all_text_contents()
    metres = [0 if "here" in one else float(one.split()[0]) * (1000 if "km" in one else 1) for one in said]
    assert metres == sorted(metres) and len(metres) == len(many)


def test_the_ring_is_moved_by_dragging_and_by_arrows(town, open_page):
    page = settled(open_page(f"{HERE}?near=7.67,45.05,500", **DESK))
    handle = page.locator(".ring-handle")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 122, box["y"] + 22, steps=6)
    page.mouse.up()
    expect(page).not_to_have_url(re.compile(r"near=7\.67,45\.05,500"))
    settled(page)
    before = page.url
    page.locator(".ring-handle").focus()
    page.keyboard.press("ArrowUp")
    expect(page).not_to_have_url(before)
    expect(page.locator(".ring-handle")).to_be_focused()
    same_everywhere(page)


def corner(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place is on the screen."""
    at = page.evaluate(
        "([x, y]) => { const map = document.querySelector('city-map').map; const box = map.getContainer()"
        ".getBoundingClientRect(); const p = map.latLngToContainerPoint([y, x]); return [box.x + p.x, box.y + p.y]; }",
        [x, y],
    )
    return at[0], at[1]


def test_an_area_is_drawn_corner_by_corner_and_asked_for(page):
    everything = same_everywhere(page)
    page.click("[data-welcome-close]")
    page.click("[data-strip-open=area]")
    for number, (x, y) in enumerate([(7.68, 45.055), (7.695, 45.055), (7.695, 45.075), (7.68, 45.075)], 1):
        page.mouse.click(*corner(page, x, y))
        expect(page.locator("[data-area-said]")).to_have_text(re.compile(rf"^{number} corners?$"))
    expect(page.locator(".panel")).to_be_hidden()
    page.click("[data-done]")
    expect(page).to_have_url(re.compile("area=7.6"))
    expect(page.locator("[data-found-title]")).to_contain_text("in the area")
    expect(page.locator("[data-live]")).to_contain_text("in the area")
    inside = same_everywhere(page)
    assert inside and inside < everything
    page.get_by_role("link", name="Remove in the area drawn").click()
    expect(page).not_to_have_url(re.compile("area="))
    assert same_everywhere(page) == everything


def test_an_area_is_marked_by_keyboard_alone(page):
    page.locator("[data-strip-open=area]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-corner]")).to_be_focused()
    for number, key in enumerate(("ArrowRight", "ArrowDown", "ArrowLeft"), 1):
        page.locator("[data-corner]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-area-said]")).to_have_text(re.compile(rf"^{number} corners?$"))
        page.locator(".leaflet-container").focus()
        page.keyboard.press(key)
        settled(page)
    page.locator("[data-done]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("area="))
    same_everywhere(page)


def test_sides_that_cross_and_too_few_corners_are_said_at_once(page):
    page.click("[data-strip-open=area]")
    page.click("[data-done]")
    expect(page.locator("[data-area-said]")).to_have_text("An area needs 3 corners or more.")
    for x, y in [(7.68, 45.055), (7.695, 45.075), (7.695, 45.055), (7.68, 45.075)]:
        page.mouse.click(*corner(page, x, y))
    page.click("[data-done]")
    expect(page.locator("[data-area-said]")).to_contain_text("sides of the area cross")
    page.keyboard.press("Escape")
    expect(page.locator("[data-strip=area]")).to_be_hidden()
    expect(page.locator("[data-strip-open=area]")).to_be_focused()


def test_an_area_is_drawn_with_a_finger(town, open_page):
    page = settled(open_page(HERE, **PHONE))
    page.tap("[data-welcome-close]")
    page.tap("[data-strip-open=area]")
    for x, y in [(120, 150), (260, 150), (200, 190)]:
        page.touchscreen.tap(x, y + 48)
    expect(page.locator("[data-area-said]")).to_have_text("3 corners")
    assert fits(page)
    page.tap("[data-done]")
    expect(page).to_have_url(re.compile("area="))
    settled(page)
    assert located(page) == drawn(page)


def test_typed_coordinates_ask_the_same(page):
    page.click(".filters-open")
    page.click(".typed summary")
    text = ",".join(f"{number}" for pair in CORNERS for number in pair)
    page.fill("#area", text)
    page.press("#area", "Tab")
    expect(page).to_have_url(re.compile(f"area={text}"))
    page.keyboard.press("Escape")
    same_everywhere(page)
    assert "Casa del Quartiere" in names(page)


def test_the_legend_switches_states_by_mouse_and_keyboard(page):
    page.click(".key summary >> nth=0")
    state = page.get_by_role("button", name=re.compile("^Underused"))
    expect(state).to_have_attribute("aria-pressed", "false")
    state.click()
    expect(state).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("buildings.use_status=underused"))
    same_everywhere(page)
    assert "Ex scuola perché disused" not in names(page)
    state.focus()
    page.keyboard.press("Space")
    expect(state).to_have_attribute("aria-pressed", "false")
    expect(page).not_to_have_url(re.compile("use_status"))
    settled(page)
    assert "Ex scuola perché disused" in names(page)


def test_one_stop_of_the_tabulator_and_arrows_for_all_marks(page):
    stops = page.locator(".leaflet-marker-pane button[tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    focused = "document.activeElement.getAttribute('aria-label')"
    seen = [page.evaluate(focused)]
    for _ in range(page.locator(".spot button").count() - 1):
        page.keyboard.press("ArrowRight")
        seen.append(page.evaluate(focused))
    assert len(set(seen)) == page.locator(".spot button").count()
    page.keyboard.press("Home")
    assert page.evaluate(focused) == seen[0]
    expect(page.locator(".leaflet-marker-pane button[tabindex='0']")).to_have_count(1)


def test_every_neighbourhood_can_be_reached_even_without_room_for_its_name(page):
    page.click(".leaflet-control-zoom-out")
    settled(page)
    page.click(".leaflet-control-zoom-out")
    settled(page)
    expect(page.locator("[data-territory]")).to_have_count(3)
    page.locator(".leaflet-names-pane button[tabindex='0']").focus()
    page.keyboard.press("End")
    lit = page.locator("path.territory.is-lit")
    expect(lit).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".panel-name")).to_be_focused()


TOUCHING = """() => {
  const boxes = [...document.querySelectorAll(".territory-name:not(.is-tucked) button, .spot button")]
    .map((one) => ({ box: one.getBoundingClientRect(), name: one.textContent || one.getAttribute("aria-label"),
                     label: one.matches(".territory-name button") }));
  const meet = (a, b) => a.left < b.right - 1 && a.right > b.left + 1 && a.top < b.bottom - 1 && a.bottom > b.top + 1;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => (a.label || b.label) && meet(a.box, b.box))
    .map((b) => `${a.name} / ${b.name}`));
}"""


def test_names_touch_neither_each_other_nor_a_mark(page):
    for _ in range(4):
        assert page.evaluate(TOUCHING) == []
        page.click(".leaflet-control-zoom-in")
        settled(page)


def test_what_changed_is_said_once(page):
    page.evaluate(
        "() => { window.said = []; new MutationObserver(() => said.push(document.querySelector('[data-live]')"
        ".textContent)).observe(document.querySelector('[data-live]'), { childList: true, characterData: true,"
        " subtree: true }); }"
    )
    for slug in ("pacts", "proposals", "houses"):
        page.uncheck(f"[name=layers][value={slug}]")
    settled(page)
    page.wait_for_function("() => said.length > 0")
    assert page.evaluate("said.length") == 1
    assert page.evaluate("said[0]") == " ".join(page.locator("[data-found-title]").text_content().split())


def test_many_things_at_one_spot_open_as_a_list_even_when_the_server_gathered_them(town, open_page):
    for number in range(70):
        make.BuildingFactory(name=f"Stanza {number:02}", x=7.6712, y=45.0712)
    page = settled(open_page(f"{HERE}?bbox=7.670,45.070,7.6725,45.0725&layers=buildings", **DESK))
    page.get_by_role("button", name=re.compile(r"70 places at this spot|7\d places at this spot")).click()
    expect(page.locator(".panel-name")).to_contain_text("places at this spot")
    expect(page.locator(".panel .thing")).to_have_count(70)
    page.locator(".panel .thing-name", has_text="Stanza 42").click()
    expect(page.locator(".panel-name")).to_have_text("Stanza 42")


def test_without_a_script_year_day_ring_and_area_are_asked_by_the_form(town, dated, open_page):
    page = open_page(HERE, java_script_enabled=False, **DESK)
    page.select_option("#datetime", "2018-01-01/2018-12-31")
    press(page.locator(".strip-go"))
    assert "Patto di ieri" in names(page) and "Patto di domani" not in names(page)
    page.click(".strip-more summary")
    page.fill("#day", "2024-02-03")
    press(page.locator(".strip-go"))
    assert "Patto di ieri" not in names(page) and "Patto di domani" in names(page)
    page.click(".filters-open")
    page.click(".typed summary")
    page.fill("#near", "7.67,45.05,700")
    press(page.locator("[data-filters-done]"))
    expect(page.locator("[data-found-title]")).to_contain_text("within 700 m")
    few = len(names(page))
    press(page.locator(".rings a", has_text="2 km"))
    assert len(names(page)) > few
    press(page.locator("[data-places] [data-open]").first)
    press(page.get_by_role("link", name="What is around"))
    expect(page.locator("[data-found-title]")).to_contain_text("within 500 m")
    press(page.locator(".key-one").first) if page.locator(".key[open]").count() else None
    assert fits(page)


def test_the_sheet_of_paper_has_map_scale_legend_day_and_source_on_one_page(page):
    page.click(".leaflet-control-zoom-in")
    settled(page)
    page.uncheck("[name=layers][value=proposals]")
    settled(page)
    for size, lying in (("A4", False), ("A4", True), ("A3", False), ("A3", True)):
        paper = page.pdf(format=size, landscape=lying)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, (size, lying)
    page.emulate_media(media="print")
    for part in (".imprint-title", ".imprint-bar", ".imprint-legend", ".imprint-source"):
        expect(page.locator(part)).to_be_visible()
    drawing = page.locator(".imprint-map")
    page.wait_for_function("() => document.querySelector('.imprint-map').naturalWidth > 0")
    assert "layers=buildings,houses,pacts" in drawing.get_attribute("src")
    expect(page.locator("[data-imprint-layer=proposals]")).to_be_hidden()
    for hidden in (".side", ".stage", ".tools"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator("[data-imprint-words]").text_content().endswith((" m", " km"))


LOOKS = {
    "time": (f"{HERE}?{HERE_2020}", DESK),
    "ring, dark": (f"{HERE}?near=7.67,45.05,1000", DESK | {"color_scheme": "dark"}),
    "ring on a phone": ("/torino/?near=7.67,45.05,1000", PHONE),
    "area on a phone, dark": (
        "/torino/?area=7.66,45.04,7.68,45.04,7.68,45.06",
        PHONE | {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}},
    ),
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_while_time_and_place_are_asked_for(town, dated, open_page, look):
    path, screen = LOOKS[look]
    page = settled(open_page(path, **screen))
    assert complaints(page) == []
    page.locator("[data-strip-open=area]").click()
    expect(page.locator("[data-strip=area]")).to_be_visible()
    assert complaints(page) == []
    assert fits(page)
