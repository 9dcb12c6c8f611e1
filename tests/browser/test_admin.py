from playwright.sync_api import Page, expect
from pytest import approx

from commons.models import Building
from neighbourhoods.models import Neighbourhood
from tests import factories as make


def drawn(page: Page) -> None:
    page.wait_for_selector(".leaflet-draw-toolbar")
    page.locator(".leaflet-container").first.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")


def click_map(page: Page, x: float, y: float) -> None:
    """Click at a share of the map's width and height."""
    box = page.locator(".leaflet-container").first.bounding_box()
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.wait_for_timeout(350)  # Leaflet.draw takes two quick clicks for a double one


def test_staff_draw_an_area_and_save_it(open_page):
    city = make.CityFactory()
    make.NeighbourhoodFactory(half=0.05)
    page = open_page("/admin/commons/building/add/", user=make.AdministratorFactory())
    drawn(page)
    expect(page.locator(".leaflet-tile-pane path").first, "the city is drawn underneath").to_be_attached()
    page.fill("#id_name", "Ex asilo")
    page.select_option("#id_city", str(city.pk))
    page.click(".leaflet-draw-draw-polygon")
    for x, y in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.4)):
        click_map(page, x, y)
    page.click("[name=_save]")
    page.wait_for_url("**/admin/commons/building/")
    building = Building.objects.get()
    assert building.place.geom_type == "Polygon"
    assert building.neighbourhood.name.startswith("Quartiere")


def test_adding_a_part_keeps_the_other_parts_and_their_holes(open_page):
    outer, hole = make.square(7.68, 45.07, 0.02)[0], make.square(7.68, 45.07, 0.005)[0]
    ring = make.Polygon(outer.exterior_ring.tuple, hole.exterior_ring.tuple)
    apart = make.square(7.73, 45.07, 0.005)[0]
    territory = make.NeighbourhoodFactory(boundary=make.MultiPolygon(ring, apart, srid=4326))
    page = open_page(f"/admin/neighbourhoods/neighbourhood/{territory.pk}/change/", user=make.AdministratorFactory())
    drawn(page)
    page.click(".leaflet-draw-draw-rectangle")
    box = page.locator(".leaflet-container").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.05)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + box["height"] * 0.1, steps=4)
    page.mouse.up()
    page.click("[name=_save]")
    page.wait_for_url("**/admin/neighbourhoods/neighbourhood/")
    saved = Neighbourhood.objects.get().boundary
    assert len(saved) == 3
    assert sum(len(part) - 1 for part in saved) == 1
    assert sum(part.area for part in saved[:2]) == approx(ring.area + apart.area, rel=1e-4)


def test_an_untouched_map_is_saved_as_it_was(open_page):
    building = make.BuildingFactory(place=make.line((7.67, 45.06), (7.6912345678901, 45.08)))
    page = open_page(f"/admin/commons/building/{building.pk}/change/", user=make.AdministratorFactory())
    drawn(page)
    page.fill("#id_name", "Passaggio")
    page.click("[name=_save]")
    page.wait_for_url("**/admin/commons/building/")
    saved = Building.objects.get()
    assert (saved.name, saved.place.coords) == ("Passaggio", building.place.coords)
