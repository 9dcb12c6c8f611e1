"""The pages of one's account in a browser: read by all in either language and light, on a phone, by keyboard."""

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from people import membership
from people.models import Membership
from tests import factories as make
from tests.browser.conftest import press
from tests.browser.test_pages import faults, overflow

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 360, "height": 740}
OUTSIDE = ("account_login", "account_signup", "account_reset_password", "account_inactive")
INSIDE = (
    "account-settings", "account_email", "account_change_password", "mfa_index", "my-organisations",
    "new-organisation", "own-data", "tokens", "inbox", "preferences", "me", "account_logout",
)  # fmt: skip
LOOKS = {
    "it light": ("it", {}),
    "en dark": ("en", {"color_scheme": "dark"}),
    "it dark phone": ("it", {"color_scheme": "dark", "viewport": PHONE}),
    "en phone": ("en", {"viewport": PHONE}),
}


@pytest.fixture
def alice():
    city, user = make.CityFactory(), make.UserFactory(username="alice", display_name="Alice" * 19, password="")
    user.set_password("una frase lunga e sola")
    user.save()
    group = make.OrganisationFactory(city=city, name="Associazione " + "lunghissima" * 15)
    Membership.objects.create(user=user, organisation=group, role="representative")
    membership.ask_in(group, "amico@example.org", "member", user)
    return user


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_the_account_can_be_read_by_all(open_page, alice, look):
    language, options = LOOKS[look]
    with translation.override(language):
        group = alice.memberships.get().organisation.uid
        inside = [*map(reverse, INSIDE), reverse("my-organisation", args=[group])]
        outside = [reverse(name) for name in OUTSIDE]
    for user, addresses in ((alice, inside), (None, outside)):
        page = open_page(addresses[0], user=user, **options)
        for address in addresses:
            page.goto(address)
            assert (address, faults(page), overflow(page)) == (address, [], 0)
            assert page.locator("html").get_attribute("lang") == language
            expect(page.locator("h1")).to_have_count(1)


def test_the_account_leads_to_its_keys_by_keyboard(open_page, alice):
    page = open_page("/en/me/account/", user=alice)
    link = page.locator("main a[href='/en/me/tokens/']")
    for _press in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/tokens/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_errors_are_said_at_the_top_and_lead_to_their_field(open_page, alice):
    page = open_page("/en/account/password/change/", user=alice, viewport=PHONE)
    page.locator("[name=oldpassword]").fill("sbagliata")
    page.locator("[name=password1]").fill("breve")
    page.locator("[name=password2]").fill("altra")
    press(page.locator("main button[type=submit], main form button").first)
    alert = page.get_by_role("alert").first
    expect(alert).to_be_visible()
    alert.locator("a").first.click()
    expect(page.locator("input:focus")).to_have_count(1)
    assert not faults(page) and overflow(page) <= 0
