"""Following, in front of a person: a neighbourhood, a view of the map, the mail that comes, one click that ends it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from commons.gather.following import begin
from commons.models import Follow
from mapping.follows.rounds import go_round
from people.models import Message
from people.post import send_waiting
from tests import factories as make
from tests.browser.conftest import DESKTOP, PHONE, press
from tests.browser.test_pages import faults, overflow
from tests.town import small_torino

pytestmark = pytest.mark.slow

NARROW = {"width": 360, "height": 740}
WEST = {"x": 7.67, "y": 45.05}


@pytest.fixture
def stage(transactional_db):
    """A town that was seen by a round, and Anna, who reads English."""
    town = small_torino()
    town.anna = make.UserFactory(email="anna@example.org", language="en")
    go_round()
    return town


def test_a_person_follows_a_neighbourhood_gets_a_mail_and_stops_it_with_one_click(stage, open_page):
    page = open_page(f"/en{stage.west.get_absolute_url()}", user=stage.anna)
    press(page.get_by_role("link", name="Follow San Salvario"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("San Salvario")
    press(page.get_by_role("button", name="Follow", exact=True))
    expect(page.get_by_role("status").filter(has_text="San Salvario")).to_be_visible()
    make.BuildingFactory(name="Ex bocciofila", **WEST)
    assert go_round() == 1 and send_waiting() == 1
    (sent,) = mail.outbox
    assert "Ex bocciofila" in sent.subject and "San Salvario" in sent.body
    stop = sent.extra_headers["List-Unsubscribe"].strip("<>").partition("://")[2].partition("/")[2]
    page.goto(f"/{stop}")
    press(page.get_by_role("button", name="Yes, stop them"))
    expect(page.get_by_role("status").filter(has_text="San Salvario")).to_be_visible()
    make.BuildingFactory(name="Ex dazio", **WEST)
    assert go_round() == 0
    page.goto("/en/me/following/")
    press(page.get_by_role("button", name="Resume San Salvario"))
    expect(page.get_by_role("button", name="Pause San Salvario")).to_be_visible()
    assert Follow.objects.get().paused_at is None


def test_a_view_of_the_map_is_followed_without_script_and_comes_as_one_digest(stage, open_page):
    page = open_page("/en/torino/?layers=buildings&q=bocciofila", user=stage.anna, java_script_enabled=False)
    press(page.get_by_role("link", name="Follow this view"))
    page.get_by_label("What you call it").fill("Bocce")
    page.get_by_label("Once a day").check()
    press(page.get_by_role("button", name="Follow", exact=True))
    expect(page.get_by_role("heading", name="Bocce")).to_be_visible()
    for number in range(2):
        make.BuildingFactory(name=f"Bocciofila {number}", **WEST)
    assert go_round() == 0
    assert go_round(timezone.now() + timedelta(days=2)) == 1
    text = Message.objects.get(kind="followed").text
    assert "Bocciofila 0" in text and "Bocciofila 1" in text and "Bocce" in text


def test_what_is_removed_can_be_taken_back(stage, open_page):
    begin(stage.anna, stage.west.uid, "weekly")
    page = open_page("/en/me/following/", user=stage.anna)
    press(page.get_by_role("button", name="Stop following San Salvario"))
    expect(page.get_by_text("You follow nothing yet.")).to_be_visible()
    assert not Follow.objects.exists()
    press(page.get_by_role("button", name="Undo"))
    expect(page.get_by_role("heading", name="San Salvario")).to_be_visible()
    assert Follow.objects.get().rhythm == "weekly"


def test_the_pages_of_following_read_well_wide_narrow_and_dark(stage, open_page):
    begin(stage.anna, stage.west.uid, "weekly")
    page, found = open_page("/en/me/following/", user=stage.anna, color_scheme="dark"), {}
    west = stage.west.get_absolute_url()
    for path in ("/en/me/following/", f"/id/{stage.west.uid}/follow/", "/torino/follow/?layers=pacts", west):
        page.goto(path)
        for size in (DESKTOP, PHONE, NARROW):
            page.set_viewport_size(size)
            wrong = faults(page) + ([f"{overflow(page)} px too wide"] if overflow(page) > 0 else [])
            if wrong:
                found[f"{path}, {size['width']} px"] = wrong
    assert found == {}


def test_feeds_are_named_in_the_head_of_a_page_and_need_no_account(stage, open_page):
    page = open_page(stage.west.get_absolute_url())
    for kind, start in (("application/atom+xml", "<?xml"), ("text/calendar", "BEGIN:VCALENDAR")):
        address = page.locator(f'link[rel="alternate"][type="{kind}"]').first.get_attribute("href")
        answer = page.request.get(address)
        assert answer.ok and answer.text().startswith(start)
