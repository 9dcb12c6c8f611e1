"""Large files in a browser: the page of waiting works without a script, and ends with the file."""

import hashlib

import pytest
from playwright.sync_api import Page, expect

from mapping.exporting import work
from mapping.models import Export
from tests.town import small_torino


@pytest.fixture
def large(settings, tmp_path, monkeypatch) -> None:
    settings.EXPORT_ROOT = tmp_path / "room"
    settings.EXPORT_LARGE = 3
    monkeypatch.setattr(work, "start_worker", lambda: None)


def test_a_large_file_is_waited_for_and_fetched(open_page, large, transactional_db):
    small_torino()
    page: Page = open_page("/layers/buildings.gpkg")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert page.locator('meta[http-equiv="refresh"]').count() == 1
    assert work.work_off() == 1
    page.reload()
    link = page.locator("main a.button-primary")
    expect(link).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    with page.expect_download() as waiting:
        link.click()
    body = waiting.value.path().read_bytes()
    assert hashlib.sha256(body).hexdigest() == Export.objects.get().sha256
    assert waiting.value.suggested_filename == "buildings.gpkg"


def test_the_map_offers_every_format_of_what_one_sees(open_page, transactional_db):
    small_torino()
    page: Page = open_page("/torino/")
    page.locator("[data-download] > summary").click()
    page.locator(".download-more summary").first.click()
    expect(page.locator('a[data-export="buildings.gpkg"]')).to_be_visible()
    address = page.locator('a[data-export="buildings.gpkg"]').get_attribute("href")
    assert address.startswith("/layers/buildings.gpkg?city=torino")
