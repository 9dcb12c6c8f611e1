"""The portal before a person: an idea that starts a proposal, an event that is only online, on any device."""

import pytest
from playwright.sync_api import expect

from commons.models import Event, Proposal
from people.models import Grant, Membership
from people.roles import Role
from tests import factories as make
from tests.browser.conftest import press
from tests.browser.test_pages import faults, overflow

pytestmark = pytest.mark.slow
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def city(transactional_db):
    return make.CityFactory()


def test_a_proposal_starts_from_an_idea_in_one_click_with_its_fields_filled(city, open_page):
    make.IdeaFactory(city=city, name="Ciclofficina", description="Si ripara insieme", needs="Uno spazio", place=None)
    page = open_page("/en/torino/ideas/", allowed=("details.part",))
    press(page.get_by_role("link", name="Ciclofficina"))
    press(page.get_by_role("button", name="Start a proposal from this idea"))
    expect(page.locator("#id_name")).to_have_value("Ciclofficina")
    expect(page.locator("#id_description")).to_contain_text("Si ripara insieme")
    expect(page.get_by_label("Green", exact=True)).to_be_checked()
    assert Proposal.objects.get().idea.name == "Ciclofficina"


def test_story_6_an_operator_puts_an_event_with_two_streams_and_no_place(city, open_page):
    house, operator = make.HouseFactory(city=city), make.UserFactory(display_name="Olga")
    Grant.objects.create(user=operator, role=Role.HOUSE_OPERATOR, city=city, house_uid=house.uid)
    group = make.OrganisationFactory(city=city, name="Rete delle Case")
    Membership.objects.create(user=operator, organisation=group, role="representative")
    page = open_page("/en/torino/events/", user=operator, viewport=NARROW, allowed=("status of 400",))
    press(page.get_by_role("link", name="Announce an event"))
    page.get_by_label("Title").fill("Le Case e i patti")
    page.get_by_label("Begins").fill("2030-12-01T18:00")
    page.get_by_label("Ends", exact=True).fill("2030-12-01T17:00")
    page.get_by_label("Who organises it").select_option("Rete delle Case")
    page.locator("#id_streams-0-address").fill("https://example.org/uno")
    page.locator("#id_streams-1-address").fill("https://example.org/due")
    press(page.get_by_role("button", name="Send it to the office"))
    expect(page.get_by_role("alert")).to_contain_text("It ends before it begins")
    assert not overflow(page) and not faults(page)
    expect(page.locator("#id_streams-1-address")).to_have_value("https://example.org/due")
    page.get_by_label("Ends", exact=True).fill("2030-12-01T19:30")
    press(page.get_by_role("button", name="Send it to the office"))
    expect(page.get_by_text("With the office")).to_be_visible()
    event = Event.objects.get()
    event.publish()
    page.goto(page.url.replace("/torino/portal/mine/", event.get_absolute_url().replace("/en/", "/")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Le Case e i patti")
    expect(page.get_by_role("link", name="https://example.org/")).to_have_count(2)
    expect(page.locator(".small-map, .small-map-empty")).to_have_count(0)
    assert not overflow(page) and not faults(page)


@pytest.mark.parametrize("path", ["portal", "ideas", "events", "news", "manifesto"])
@pytest.mark.parametrize("viewport", [NARROW, {"width": 1200, "height": 900}], ids=["narrow", "wide"])
def test_the_pages_of_the_portal_read_well(path, viewport, city, open_page):
    make.EventFactory(city=city)
    make.IdeaFactory(city=city)
    make.NewsItemFactory(city=city)
    page = open_page(f"/torino/{path}/", viewport=viewport)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not overflow(page) and not faults(page)
