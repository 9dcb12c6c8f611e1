"""The documentation of the API and the page of keys, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from people.models import ApiToken
from tests import factories as make
from tests.browser.conftest import PHONE, press

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_documentation_is_drawn_within_the_content_policy(open_page):
    page = open_page("/api/v1/docs/")
    expect(page.locator(".opblock").nth(14)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_documentation_follows_the_readers_choice_of_light(open_page, scheme):
    page = open_page("/api/v1/docs/", color_scheme=scheme)
    page.wait_for_selector(".opblock")
    ground = page.locator("#api").evaluate("node => getComputedStyle(node).backgroundColor")
    assert (sum(map(int, re.findall(r"[0-9]+", ground)[:3])) < 200) == (scheme == "dark")
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    page.wait_for_function(
        "was => getComputedStyle(document.getElementById('api')).backgroundColor !== was", arg=ground
    )


def test_a_key_is_made_on_a_phone_without_script(open_page):
    user = make.UserFactory()
    page = open_page("/me/tokens/", viewport=PHONE, user=user, java_script_enabled=False)
    page.locator("#id_name").fill("Il mio programma")
    press(page.locator(".key-form button"))
    assert page.locator("#secret").inner_text().startswith("mc_")
    assert ApiToken.objects.get(user=user).scopes == ["read"]
