"""The search box as people use it: by keyboard, on a phone, without a script, and by ear."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.browser.conftest import PHONE, press
from tests.browser.map_page import settled

pytestmark = pytest.mark.slow

BOX = "#find"
OPTIONS = ".find-list:visible [role=option]"


@pytest.fixture
def city(live_server, town):
    make.StreetFactory(name="Via Pomaro")
    return town


def typed(page: Page, field: str, words: str) -> None:
    """Types as a person does, and waits for what is suggested."""
    page.locator(field).press_sequentially(words, delay=20)
    expect(page.locator(OPTIONS).first).to_be_visible()


def test_a_place_is_found_by_keyboard_from_any_page(city, open_page):
    page = open_page("/en/data/")
    field = page.locator(BOX)
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    typed(page, BOX, "scuola perche re")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert page.locator(f"#{field.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    expect(page.locator(".find [role=status]")).to_contain_text("result")
    field.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(chosen).to_contain_text("Ex scuola perché reused")
    field.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("Escape")
    expect(page.locator(OPTIONS)).to_have_count(0)
    expect(field).to_have_value("scuola perche re")
    field.press("ArrowDown")
    expect(page.locator(OPTIONS).first).to_be_visible()
    field.press("ArrowDown")
    press(field, "Enter")
    expect(page.locator("h1")).to_contain_text("Ex scuola perché reused")


def test_enter_alone_opens_the_page_of_everything_found(city, open_page):
    page = open_page("/en/data/")
    typed(page, BOX, "scuola")
    press(page.locator(BOX), "Enter")
    expect(page).to_have_url(re.compile(r"/en/(torino/)?search/\?q=scuola$"))
    expect(page.locator(".found-page mark").first).to_have_text("scuola")


def test_on_the_map_a_thing_opens_and_a_street_is_gone_to(city, open_page):
    page = settled(open_page("/en/torino/"))
    typed(page, "#q", "scuola perche re")
    page.locator("#q").press("ArrowDown")
    page.locator("#q").press("Enter")
    expect(page.locator(".panel-name")).to_have_text("Ex scuola perché reused")
    expect(page).to_have_url(re.compile("feature="))
    settled(page)
    page.fill("#q", "")
    typed(page, "#q", "via poma")
    page.locator(OPTIONS).first.click()
    expect(page.locator(".ring.is-hint")).to_have_count(1)
    expect(page).to_have_url(re.compile("bbox="))
    settled(page)


def test_words_that_list_nothing_say_what_may_be_meant(city, open_page):
    page = settled(open_page("/en/torino/?q=scuole perche reused"))
    page.locator(".jumps [data-open]").first.click()
    expect(page.locator(".panel-name")).to_have_text("Ex scuola perché reused")
    settled(page)


def test_on_a_phone_the_search_has_a_page_of_its_own(city, open_page):
    page = open_page("/en/data/", viewport=PHONE)
    press(page.locator(".find-link"))
    typed(page, "#find-page", "vanchi")
    expect(page.locator(OPTIONS).first).to_contain_text("Vanchiglia")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator(OPTIONS).first.click()
    expect(page.locator("h1")).to_contain_text("Vanchiglia")


def test_without_a_script_the_form_answers(city, open_page):
    page = open_page("/en/torino/search/", java_script_enabled=False)
    page.fill("#find-page", "via po 12")
    press(page.locator("#find-page"), "Enter")
    expect(page.locator("main [role=status]")).to_contain_text("12")
    press(page.locator(".thing-name").first)
    expect(page.locator(".still")).to_be_visible()
