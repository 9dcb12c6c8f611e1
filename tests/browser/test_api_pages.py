"""The documentation of the API and the page of keys, in a browser."""

import pytest

from people.models import ApiToken
from tests import factories as make
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_documentation_is_drawn_within_the_content_policy(open_page):
    page = open_page("/api/v1/docs/")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() >= 15


def test_a_key_is_made_on_a_phone_without_script(open_page):
    user = make.UserFactory()
    page = open_page("/me/tokens/", viewport=PHONE, user=user, java_script_enabled=False)
    page.locator("#id_name").fill("Il mio programma")
    page.locator(".key-form button").click()
    assert page.locator("#secret").inner_text().startswith("mc_")
    assert ApiToken.objects.get(user=user).scopes == ["read"]
