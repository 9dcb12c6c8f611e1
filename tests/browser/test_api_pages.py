"""The documentation of the API and the page of keys, in a browser."""

import pytest
from playwright.sync_api import expect

from people.models import ApiToken
from tests import factories as make
from tests.browser.conftest import PHONE, press

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_documentation_is_drawn_within_the_content_policy(open_page):
    page = open_page("/api/v1/docs/")
    expect(page.locator(".opblock").nth(14)).to_be_visible()


def test_a_key_is_made_on_a_phone_without_script(open_page):
    user = make.UserFactory()
    page = open_page("/me/tokens/", viewport=PHONE, user=user, java_script_enabled=False)
    page.locator("#id_name").fill("Il mio programma")
    press(page.locator(".key-form button"))
    assert page.locator("#secret").inner_text().startswith("mc_")
    assert ApiToken.objects.get(user=user).scopes == ["read"]
