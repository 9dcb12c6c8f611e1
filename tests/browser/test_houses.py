"""Houses in a browser: the gap map changes when a house is added; story 6, the operator keeps the page of the Casa."""

import pytest
from playwright.sync_api import expect

from commons.models import Event, House
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.browser.conftest import PHONE, press
from tests.browser.test_admin import click_map, drawn
from tests.browser.test_pages import faults, overflow
from tests.town import small_torino

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def share(page, territory) -> int:
    return int(page.locator(f'[data-share="{territory.uid}"]').inner_text().split()[0])


def test_the_gap_map_changes_when_a_house_is_added(open_page):
    town = small_torino()
    page = open_page("/en/torino/houses/gaps/?distance=500")
    before = share(page, town.east)
    houses = page.locator(".gaps-houses circle").count()
    assert not faults(page) and overflow(page) <= 0
    desk = open_page("/admin/commons/house/add/", user=make.AdministratorFactory())
    drawn(desk)
    desk.fill("#id_name", "Casa nuova")
    desk.select_option("#id_city", str(town.city.pk))
    desk.locator("#id_place-div-map .leaflet-draw-draw-marker, .leaflet-draw-draw-marker").first.click()
    click_map(desk, 0.6, 0.5)
    desk.click("[name=_save]")
    desk.wait_for_url("**/admin/commons/house/")
    House.objects.filter(name="Casa nuova").update(place=make.point(7.69, 45.05))  # the click is as coarse as the map
    page.reload()
    page.wait_for_load_state()
    assert page.locator(".gaps-houses circle").count() == houses + 1
    assert share(page, town.east) > before + 10
    page.get_by_label("Near means").fill("2000")
    press(page.get_by_role("button", name="Show"))
    assert share(page, town.east) == 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_operator_keeps_spaces_desks_hours_and_an_online_event(open_page, scheme, settings, tmp_path):
    """Story 6: one event online with two streams, a programme as PDF and no map."""
    settings.MEDIA_ROOT = tmp_path
    town, olga = small_torino(), make.UserFactory()
    Grant.objects.create(user=olga, role=Role.HOUSE_OPERATOR, city=town.city, house_uid=town.house.uid)
    at = f"/en/torino/houses/{town.house.uid}/"
    page = open_page(at, user=olga, viewport=PHONE, color_scheme=scheme)
    press(page.get_by_role("link", name="Keep this page"))
    assert not faults(page) and overflow(page) <= 0
    page.get_by_label("Opening hours").fill("lun-ven 9:00-18:00")
    page.get_by_label("Exhibitions, conferences, study").check()
    press(page.get_by_role("button", name="Save"))
    press(page.get_by_role("link", name="Add a space"))
    page.get_by_label("Name").fill("Sala grande")
    page.get_by_label("How many people").fill("60")
    assert not faults(page) and overflow(page) <= 0
    press(page.get_by_role("button", name="Save"))
    press(page.get_by_role("link", name="Add a desk"))
    page.get_by_label("Name").fill("Aiuto con i moduli")
    press(page.get_by_role("button", name="Save"))
    press(page.get_by_role("link", name="Add an event"))
    page.get_by_label("Title").fill("Le Case e i patti")
    page.get_by_label("Begins").fill("2031-12-01T18:00")
    page.get_by_label("Only online").check()
    for number, address in enumerate(("https://example.org/a", "https://example.org/b")):
        page.locator(f"[name=streams-{number}-address]").fill(address)
    press(page.get_by_role("button", name="Publish it"))
    event = Event.objects.get(name="Le Case e i patti")
    page.goto(f"/en/torino/events/{event.uid}/files/")
    page.get_by_label("Document", exact=True).check()
    page.locator("input[type=file]").set_input_files(
        {"name": "programma.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    press(page.locator("form:has(input[type=file]) button").first)
    page.goto(at)
    expect(page.get_by_text("Sala grande")).to_be_visible()
    expect(page.get_by_text("Aiuto con i moduli")).to_be_visible()
    assert not faults(page) and overflow(page) <= 0
    press(page.get_by_role("link", name="Le Case e i patti"))
    for address in ("https://example.org/a", "https://example.org/b"):
        expect(page.locator(f'a[href="{address}"]')).to_be_visible()
    assert page.locator(".small-map, [class*=map-empty]").count() == 0
    assert page.get_by_text("Categor").count() == 0
    assert not faults(page) and overflow(page) <= 0
