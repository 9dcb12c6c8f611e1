"""Writing a proposal before a person: found on the map, saved as one types, sent once, on any device and any way."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from commons.demo import load_demo
from commons.models import Building, House, Proposal
from commons.propose import invite
from people.models import Grant, Membership, User
from people.roles import Role
from tests import factories as make
from tests.browser.conftest import press
from tests.browser.test_pages import faults, overflow
from tests.commons.propose.cast import draft_of

PHONE = {"width": 360, "height": 740}
# A draft's sections make room for the map and for what is alike when the server has answered.
ALLOWED = ("status of 400", "status of 409", "status of 404", "details.part")


@pytest.fixture
def demo(transactional_db):
    load_demo("torino")


@pytest.fixture
def building(demo) -> Building:
    return Building.objects.get(source_id="scuola-tre-gelsi")


def saved(page: Page) -> None:
    """Waits until nothing that was typed is still to be sent."""
    expect(page.locator("[data-saved][data-state=well]:not([data-behind])")).to_have_text(
        re.compile(r"Saved at \d\d:\d\d$")
    )


def write(page: Page, **fields: str) -> None:
    """Types into fields and waits until the server has them."""
    with page.expect_response(lambda answer: answer.url.endswith("/save/") and answer.ok):
        for name, text in fields.items():
            page.fill(f"#id_{name}", text)
    saved(page)


def the_rest(page: Page) -> None:
    write(
        page, description="Un doposcuola aperto", aims="I ragazzi hanno un posto", contact_name="Gruppo Gelsi",
        contact_email="gelsi@example.org", duration_months="24",
    )  # fmt: skip
    with page.expect_response(lambda answer: answer.url.endswith("/save/") and answer.ok):
        page.check("#id_no_resources")
        page.check("#id_consent")
    saved(page)


def representative(group: str) -> User:
    """Somebody who may propose in the name of a group."""
    person = make.UserFactory(display_name=group)
    place = make.OrganisationFactory(name=group)
    Membership.objects.create(user=person, organisation=place, role=Membership.Part.REPRESENTATIVE)
    return person


def test_story_4_an_association_proposes_on_a_listed_building_found_on_the_map(building, open_page):
    alice, bruno = representative("Gruppo Gelsi"), representative("Teatro di corte")
    page = open_page(f"/en/torino/?feature={building.uid}", user=alice, allowed=ALLOWED)
    press(page.get_by_role("link", name="Propose something here"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(building.name)
    page.get_by_label("In a few words, what would you like to do?").fill("Doposcuola")
    press(page.get_by_role("button", name="Begin to write"))
    expect(page.locator("[data-missing]")).to_contain_text("Say why")
    expect(page.locator("[data-around]")).to_contain_text(building.name)
    press(page.get_by_role("button", name="Send the proposal"))
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    proposal = Proposal.objects.get(author=alice)
    assert proposal.state == "draft"
    page.get_by_role("link", name="Say why: what would be better.").click()
    expect(page.locator("#id_aims")).to_be_focused()
    page.get_by_label("Gruppo Gelsi", exact=True).check()
    the_rest(page)
    proposal.refresh_from_db()
    assert (proposal.aims, proposal.duration_months) == ("I ragazzi hanno un posto", 24), "it has saved itself"
    expect(page.locator("[data-missing]")).to_contain_text("Everything is there")
    press(page.get_by_role("button", name="Send the proposal"))
    proposal.refresh_from_db()
    expect(page.locator("[data-receipt]")).to_have_text(proposal.receipt)
    assert proposal.building == building and proposal.state == "submitted"
    assert not faults(page)

    other = open_page(f"/en/torino/propose/?building={building.uid}", user=bruno, allowed=ALLOWED)
    other.get_by_label("In a few words, what would you like to do?").fill("Teatro")
    press(other.get_by_role("button", name="Begin to write"))
    other.get_by_label("Teatro di corte", exact=True).check()
    the_rest(other)
    press(other.get_by_role("button", name="Send the proposal"))
    second = Proposal.objects.get(author=bruno)
    expect(other.locator("[data-receipt]")).to_have_text(second.receipt)
    proposal.refresh_from_db()
    assert (proposal.name, second.name) == ("Doposcuola", "Teatro") and proposal.receipt != second.receipt
    assert [one.proposers.get().name for one in (proposal, second)] == ["Gruppo Gelsi", "Teatro di corte"]
    assert second.building == building


def test_a_draft_survives_a_closed_browser_and_opens_complete_on_a_second_device(demo, open_page):
    page = open_page("/en/torino/propose/", allowed=ALLOWED)
    press(page.get_by_role("button", name="Begin to write"))
    write(page, name="Orto", description="Un orto con le classi")
    page.fill("#id_where", "45,0703 7,6869")
    page.get_by_role("button", name="Find it").click()
    expect(page.locator("[data-around]")).to_contain_text("Neighbourhood")
    page.get_by_role("button", name="Add a row").click()
    write(page, **{"resource-2-words": "Trenta sedie"})
    link = page.locator("[data-key-link]").inner_text()
    page.context.close()
    path = "/" + link.split("/", 3)[3]
    phone = open_page(path, viewport=PHONE, allowed=ALLOWED)
    assert "key=" not in phone.url
    expect(phone.locator("#id_description")).to_have_value("Un orto con le classi")
    expect(phone.locator("#id_resource-0-words")).to_have_value("Trenta sedie")
    expect(phone.locator("[data-around]")).to_contain_text("Neighbourhood")
    assert overflow(phone) <= 0 and not faults(phone)
    assert Client().get(path.partition("?")[0]).status_code == 404


def test_who_saves_second_sees_both_texts_and_chooses(demo, open_page):
    alice = make.UserFactory(username="alice")
    draft = Proposal.objects.create(city=make.CityFactory(), author=alice, name="Orto")
    path = f"/en/torino/propose/{draft.uid}/"
    desk, phone = open_page(path, user=alice, allowed=ALLOWED), open_page(path, user=alice, allowed=ALLOWED)
    write(desk, aims="Dal computer")
    phone.fill("#id_aims", "Dal telefono")
    press(phone.get_by_role("button", name="Look at both texts"))
    expect(phone.locator("[data-mine]")).to_have_text("Dal telefono")
    expect(phone.locator("[data-theirs]")).to_have_text("Dal computer")
    assert not faults(phone)
    phone.get_by_label("Keep mine").check()
    press(phone.get_by_role("button", name="Keep what I have chosen"))
    expect(phone.locator("#id_aims")).to_have_value("Dal telefono")
    draft.refresh_from_db()
    assert draft.aims == "Dal telefono"


def test_what_does_not_fit_is_said_while_the_rest_is_saved(demo, open_page):
    page = open_page("/en/torino/propose/", allowed=ALLOWED)
    press(page.get_by_role("button", name="Begin to write"))
    page.fill("#id_contact_email", "nessuna")
    page.fill("#id_aims", "Ombra")
    expect(page.locator("[data-saved]")).to_contain_text("but for: E-mail")
    expect(page.locator("#error_contact_email")).to_be_visible()
    assert Proposal.objects.get(edit_key__gt="").aims == "Ombra"
    write(page, contact_email="orto@example.org")
    expect(page.locator("#error_contact_email")).to_be_hidden()


def test_a_place_is_marked_with_the_mouse_and_a_swapped_one_is_recognised(demo, open_page):
    page = open_page("/en/torino/propose/", allowed=ALLOWED)
    press(page.get_by_role("button", name="Begin to write"))
    page.check("#draw_area")
    with page.expect_response(lambda answer: answer.url.endswith("/save/") and answer.ok):
        for x, y in ((250, 150), (350, 150), (300, 250)):
            page.locator("[data-map]").click(position={"x": x, "y": y})
            page.wait_for_timeout(350)
    expect(page.locator("[data-drawn]")).to_have_text("3 points marked.")
    expect(page.locator("[data-around]")).to_contain_text("an area of 3 points")
    page.fill("#id_where", "7,6869 45,0703")
    page.get_by_role("button", name="Find it").click()
    expect(page.locator("#error_where")).to_contain_text("swapped")
    page.locator("[data-found] button").click()
    expect(page.locator("[data-around]")).to_contain_text("Centro")
    assert Proposal.objects.get(edit_key__gt="").place.coords == (7.6869, 45.0703)


def test_with_the_keyboard_alone_a_place_is_marked_and_the_draft_is_written(demo, open_page):
    page = open_page("/en/torino/propose/", allowed=ALLOWED)
    page.locator("#id_name").focus()
    page.keyboard.type("Orto")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/propose/[0-9a-f-]{36}/$"))
    page.locator("[data-map]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    for _press in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-centre')"):
            break
    with page.expect_response(lambda answer: answer.url.endswith("/save/") and answer.ok):
        page.keyboard.press("Enter")
    expect(page.locator("[data-drawn]")).to_have_text("Place marked.")
    proposal = Proposal.objects.get(edit_key__gt="")
    assert proposal.name == "Orto" and proposal.place.geom_type == "Point"


def test_without_a_script_it_is_a_plain_form_with_a_button_that_saves(building, open_page):
    page = open_page(f"/en/torino/propose/?building={building.uid}", java_script_enabled=False, allowed=ALLOWED)
    page.fill("#id_name", "Doposcuola")
    press(page.get_by_role("button", name="Begin to write"))
    expect(page.locator("#id_description")).to_be_visible()
    expect(page.locator("#id_aims")).to_be_hidden()
    page.locator("[data-part=why] > summary").click()
    page.fill("#id_aims", "Un posto per i ragazzi")
    page.locator("[data-part=contact] > summary").click()
    page.fill("#id_contact_email", "nessuna")
    press(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_contact_email")).to_be_visible()
    expect(page.locator("#id_contact_email")).to_have_value("nessuna")
    expect(page.locator("#id_aims")).to_have_value("Un posto per i ragazzi")
    page.fill("#id_contact_email", "gelsi@example.org")
    press(page.get_by_role("button", name="Save"))
    expect(page.locator("main [role=status]").first).to_contain_text("Saved at")
    assert Proposal.objects.get(edit_key__gt="").aims == "Un posto per i ragazzi"


def test_on_a_phone_one_section_is_open_and_a_link_opens_the_one_it_leads_to(building, open_page):
    alice = make.UserFactory(username="alice")
    draft = Proposal.objects.create(city=building.city, author=alice, name="Orto", description="Un orto")
    page = open_page(f"/en/torino/propose/{draft.uid}/", user=alice, viewport=PHONE, allowed=ALLOWED)
    expect(page.locator("details[data-part][open]")).to_have_count(1)
    expect(page.locator("[data-part=where]")).to_have_attribute("open", "")
    page.get_by_role("link", name="Say why: what would be better.").click()
    expect(page.locator("#id_aims")).to_be_focused()
    write(page, aims="Ombra d'estate")
    expect(page.locator("[data-part=why] > summary .step-state")).to_have_text("done")
    assert overflow(page) <= 0 and not faults(page)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows_on_a_phone(building, open_page, scheme):
    alice = make.UserFactory(username="alice")
    draft = Proposal.objects.create(city=building.city, author=alice, name="Orto" * 40, building=building)
    start = f"/en/torino/propose/?building={building.uid}"
    page = open_page(start, user=alice, viewport=PHONE, color_scheme=scheme)
    for tail in ("", "submit/", "invite/", "delete/", "start"):
        page.goto(start if tail == "start" else f"/en/torino/propose/{draft.uid}/{tail}")
        assert (tail, faults(page), overflow(page)) == (tail, [], 0)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_receipt_and_the_meeting_that_a_casa_calls_read_well_on_a_phone(building, open_page, scheme):
    alice, olga, sara = representative("Gruppo Gelsi"), make.UserFactory(), make.UserFactory()
    house = House.objects.get(source_id="bagni-pubblici-via-aglie")
    Grant.objects.create(user=olga, role=Role.HOUSE_OPERATOR, city=building.city, house_uid=house.uid)
    Grant.objects.create(user=sara, role=Role.STAFF, city=building.city)
    proposal = draft_of(SimpleNamespace(city=building.city, alice=alice), building=building)
    invite.answer(invite.invite(proposal, house=house)[0], olga, True)
    page = open_page(f"/en/torino/propose/{proposal.uid}/submit/", user=alice, viewport=PHONE, color_scheme=scheme)
    assert not faults(page) and overflow(page) <= 0
    page.get_by_label("Gruppo Gelsi").check()
    press(page.get_by_role("button", name="Send it now"))
    expect(page.locator("[data-receipt]")).to_be_visible()
    assert not faults(page) and overflow(page) <= 0
    proposal.refresh_from_db()
    proposal.advance("take_up", by=sara, reviewer=sara, review_due=building.city.today())
    hers = open_page(f"/en/torino/propose/{proposal.uid}/receipt/", user=olga, viewport=PHONE, color_scheme=scheme)
    hers.get_by_label("When").fill("2030-05-02T18:30")
    hers.get_by_label("Which room").fill("Sala grande")
    assert not faults(hers) and overflow(hers) <= 0
    press(hers.get_by_role("button", name="Call the meeting"))
    expect(hers.locator("section[aria-labelledby=meetings] li")).to_contain_text("Sala grande")
    assert not faults(hers) and overflow(hers) <= 0
