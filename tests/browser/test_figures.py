"""Figures in front of a person: a number is followed to what it counts, a sheet is taken away, staff enter one."""

import csv
import io
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import expect

from commons.figures.facts import load_facts
from commons.models import PublishedFigure
from neighbourhoods.models import City
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.browser.conftest import press
from tests.browser.test_pages import faults, overflow

NARROW = {"width": 320, "height": 740}


@pytest.fixture
def reggio(transactional_db) -> City:
    with transaction.atomic():
        load_facts("reggio-emilia")
    return City.objects.get(slug="reggio-emilia")


def test_a_visitor_finds_why_27_is_not_41(reggio, open_page):
    page = open_page("/en/reggio-emilia/figures/")
    figure = f"#figure-{PublishedFigure.objects.get(key='re-27').uid}"
    expect(page.locator(f"{figure} [data-verdict]")).to_have_attribute("data-verdict", "match")
    page.locator(figure).get_by_role("link", name="Pacts signed so far").click()
    expect(page.locator('[data-year="2018"]')).to_contain_text("27")
    expect(page.locator('[data-year="2019"]')).to_contain_text("42")
    page.get_by_label("Count until").fill("2019-12-31")
    press(page.get_by_role("button", name="Count", exact=True))
    expect(page.locator(f"{figure} [data-verdict]")).to_have_attribute("data-verdict", "differs")
    expect(page.locator(figure)).to_contain_text("42 is 15 more.")


@pytest.mark.slow
def test_the_sheet_of_a_neighbourhood_is_read_and_taken_away(reggio, open_page, tmp_path):
    """By a small screen, without a script; nothing stands over the edge and nothing is wrong for who cannot see."""
    with transaction.atomic():
        zone = make.NeighbourhoodFactory(city=reggio, name="Rivalta", x=10.6, y=44.7)
        make.PactFactory(city=reggio, signed_on="2018-05-01", starts_on="2018-05-01", x=10.6, y=44.7)
    page = open_page("/en/reggio-emilia/figures/", java_script_enabled=False, viewport=NARROW)
    page.get_by_role("link", name="Rivalta").first.click()
    expect(page.locator('[data-indicator="signings"] .figures-number')).to_have_text("1")
    assert not overflow(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["indicator"] == "signings"]
    assert [row["value"] for row in rows if row["year"] == "2018" and row["part"] == ""] == ["1"]
    assert zone.name == "Rivalta"


@pytest.mark.slow
@pytest.mark.parametrize("path", ["figures/", "figures/count/signings-so-far/", "figures/editions/", "programmes/"])
def test_the_pages_of_figures_are_in_order(reggio, open_page, path):
    page = open_page(f"/en/reggio-emilia/{path}")
    assert not faults(page)


@pytest.mark.slow
def test_staff_publish_yearly_figures(reggio, open_page):
    """Story 11: a figure is refused without its source, kept with it, and frozen in an edition."""
    sara = make.UserFactory(username="sara")
    Grant.objects.create(user=sara, role=Role.STAFF, city=reggio)
    page = open_page("/en/reggio-emilia/desk/figures/new/", user=sara, allowed=("status of 400",))
    page.get_by_label("Value").fill("120")
    page.locator("#id_indicator").select_option("projects")
    for name in ("last", "as_of"):
        page.locator(f"#id_{name}").fill("2019-12-31")
    press(page.get_by_role("button", name="Keep it"))
    expect(page.locator("#errors")).to_contain_text("Source")
    page.locator("#id_source").fill("Bilancio sociale 2019")
    page.locator("#id_locator").fill("pagina 12")
    press(page.get_by_role("button", name="Keep it"))
    expect(page.locator("main")).to_contain_text("Bilancio sociale 2019")
    page.locator("#id_year").fill("2019")
    press(page.get_by_role("button", name="Publish the edition"))
    expect(page.locator("h1")).to_contain_text("figures of 2019")
    expect(page.locator("main")).to_contain_text("The same")


@pytest.mark.slow
def test_the_map_fills_each_neighbourhood_by_how_many_pacts_it_has(town, open_page):
    page = open_page("/en/torino/?layers=indicators")
    expect(page.locator("path.kind-figure.shape-half, path.kind-figure.shape-full")).to_have_count(1)
    expect(page.locator("path.kind-figure.shape-hollow")).to_have_count(2)
    assert not faults(page)


@pytest.mark.slow
def test_a_reader_chooses_the_figure_that_the_map_draws(town, open_page):
    """By the filters, with the script; the address says it, and going back draws what was drawn before."""
    page = open_page("/en/torino/?layers=indicators")
    expect(page.locator("path.kind-figure")).to_have_count(3)
    page.locator("[data-filters] > summary").click()
    with page.expect_navigation():
        page.get_by_label("Figure to draw").select_option("reused-buildings")
    assert "indicators.shown=reused-buildings" in page.url
    expect(page.locator(".key-note")).to_contain_text("Buildings in use again")
    expect(page.locator("path.kind-figure")).to_have_count(3)
    page.go_back()
    expect(page.locator(".key-note")).to_contain_text("Agreements signed")
