"""The pages of open data and of their quality before a person: they read well, copy, and work without a script."""

import pytest
from playwright.sync_api import expect

from commons.demo import load_demo
from tests import factories as make
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_pages import faults, overflow

PAGES = ("/data/", "/data/buildings/torino/", "/data/neighbourhoods/", "/en/data/pacts/torino/")


@pytest.fixture
def demo(transactional_db):
    load_demo("torino")


@pytest.mark.slow
def test_axe_finds_nothing_and_nothing_overflows(demo, open_page):
    page = open_page(PAGES[0])
    found = {}
    for address in PAGES:
        for size in (DESKTOP, PHONE, {"width": 320, "height": 640}):
            page.set_viewport_size(size)
            page.goto(address)
            page.wait_for_load_state("networkidle")
            wrong = faults(page) + ([f"{overflow(page)} px too wide"] if overflow(page) > 0 else [])
            if wrong:
                found[f"{address}, {size['width']} px"] = wrong
    assert found == {}


def test_contrast_holds_in_the_dark(demo, open_page):
    page = open_page(PAGES[1], color_scheme="dark")
    page.wait_for_load_state("networkidle")
    assert faults(page) == []


def test_a_text_is_copied_by_a_button_that_the_keyboard_reaches(demo, open_page):
    page = open_page("/data/buildings/torino/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = page.locator("#use-qgis pre.command").first
    button = page.locator("#use-qgis .copy-button").first
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text(text.get_attribute("data-copied"))
    assert page.evaluate("navigator.clipboard.readText()") == text.text_content()
    expect(button).to_have_text(text.get_attribute("data-copy"), timeout=5000)


def test_without_a_script_everything_is_there_but_the_button(demo, open_page):
    page = open_page("/data/buildings/torino/", java_script_enabled=False)
    expect(page.locator("#use-qgis pre.command").first).to_be_visible()
    page.locator("#use-python summary").click()
    expect(page.locator("#use-python pre.command").first).to_be_visible()
    expect(page.locator(".copy-button")).to_have_count(0)


def test_the_report_is_read_and_a_record_put_right(demo, open_page, live_server):
    page = open_page("/torino/desk/quality/", user=make.AdministratorFactory(username="ada"))
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        page.goto("/torino/desk/quality/")
        page.wait_for_load_state("networkidle")
        assert faults(page) == []
        assert overflow(page) <= 0
    page.locator("#unlocated tbody a").first.click()
    expect(page.locator("#place-latitude")).to_be_visible()
    page.locator("#place-latitude").fill("45.05")
    page.locator("#place-longitude").fill("7.67")
    assert faults(page) == []
    page.locator("button[value=place]").click()
    expect(page.locator("main [role=status]")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/torino/desk/quality/")
