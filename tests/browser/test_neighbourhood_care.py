"""Needs, laboratories and monitoring in front of a person: stories 2, 9 and 10, with a pin, by keyboard, without a
script and on a small screen."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from playwright.sync_api import expect

from commons.models import Laboratory, Need, Pact
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests import factories_of_care as care
from tests.browser.conftest import press
from tests.browser.stage_of_a_pact import fill, take
from tests.browser.test_pages import faults, overflow

NARROW = {"width": 320, "height": 740}
HERE = {"x": 7.68, "y": 45.07}


@pytest.fixture
def cast(transactional_db) -> SimpleNamespace:
    with transaction.atomic():
        zone = make.NeighbourhoodFactory(name="San Salvario", **HERE)
        ada = make.UserFactory(username="ada", display_name="Ada")
        Grant.objects.create(user=ada, role=Role.ARCHITECT, city=zone.city, territory=zone)
        pact = make.PactFactory(name="Accordo 2017", signed_on="2017-05-04", **HERE)
        project = care.ProjectFactory(pact=pact, name="Orto comune", **HERE)
        care.MoneyFactory(project=project)
        indicator = care.PactIndicatorFactory(pact=pact)
        care.EvidenceFactory(indicator=indicator)
        lab = care.LaboratoryFactory(neighbourhoods=[zone], name="Laboratorio aperto")
        care.SessionFactory(laboratory=lab, where="Casa").signed_by(["a", "b", "c", "d"])
        care.PriorityFactory(plan=care.NeighbourhoodPlanFactory(neighbourhood=zone))
        need = care.NeedFactory(name="Manca una panchina", **HERE)
    return SimpleNamespace(zone=zone, ada=ada, pact=pact, project=project, lab=lab, need=need)


def test_a_resident_marks_the_map_reports_a_need_and_follows_it(cast, open_page):
    """Story 2: the centre of the map by keyboard; what is alike is shown first; the code leads to the answer."""
    page = open_page("/en/torino/needs/new/")
    page.get_by_role("button", name="Mark the centre of the map").press("Enter")
    expect(page.locator("#id_place")).not_to_have_value("")
    page.locator("#id_name").fill("Manca una panchina")
    press(page.get_by_role("button", name="Send it", exact=True))
    expect(page.get_by_role("status").get_by_role("link", name=cast.need.name)).to_be_visible()
    assert Need.objects.count() == 1
    press(page.get_by_role("button", name="It is another one"))
    code = page.locator("#code-given").inner_text()
    assert Need.objects.get(code=code).neighbourhood == cast.zone
    expect(page.locator("main")).to_contain_text("Received, not read yet")


@pytest.mark.slow
def test_a_need_is_reported_without_a_script_on_a_small_screen(cast, open_page):
    page = open_page("/en/torino/needs/new/", java_script_enabled=False, viewport=NARROW)
    expect(page.locator("[data-draw]")).to_be_hidden()
    page.locator("#id_name").fill("Piove nella palestra")
    page.get_by_label("Something is missing").check()
    press(page.get_by_role("button", name="Send it", exact=True))
    code = page.locator("#code-given").inner_text()
    page.goto("/en/torino/needs/track/")
    page.get_by_label("Your tracking code").fill(code.lower().replace("-", ""))
    press(page.get_by_role("button", name="Look"))
    expect(page.locator("main")).to_contain_text("Piove nella palestra")


@pytest.mark.slow
def test_an_architect_runs_a_laboratory(cast, open_page):
    """Story 9 on the desk's own pages: who comes twice is one person and two attendances."""
    page = open_page("/en/torino/desk/laboratories/", user=cast.ada)
    press(page.get_by_role("link", name="Open a laboratory"))
    fill(page.locator("form.call-form"), name="Piazza nuova", neighbourhoods="", opened_on="2018-01-10")
    press(page.get_by_role("button", name="Keep it"))
    for day in ("2018-02-01T18:00", "2018-03-01T18:00"):
        take(page, "Add a meeting", starts_at=day)
    lab = Laboratory.objects.get(name="Piazza nuova")
    for session in lab.sessions.all():
        card = page.locator("details.move").filter(has_text="Write who came")
        card.locator("summary").click()
        card.locator("[name=session]").select_option(value=str(session.pk))
        card.locator("[name=signs]").fill("Anna Rossi\nBruno")
        press(card.get_by_role("button", name="Write who came"))
    expect(page.locator("#people")).to_have_text("2")
    expect(page.locator("#attendances")).to_have_text("4")
    press(page.get_by_role("link", name="Add a project"))
    fill(page.locator("form.call-form"), name="Panchine", kind="Care of the city", place="45.07, 7.68")
    press(page.get_by_role("button", name="Keep it"))
    assert lab.projects.get().neighbourhood == cast.zone


@pytest.mark.slow
def test_an_architect_renews_an_agreement(cast, open_page):
    """Story 10 on the desk: the successor has the projects and waits for signatures."""
    page = open_page(f"/en/torino/desk/pacts/{cast.pact.uid}/", user=cast.ada)
    take(page, "Prepare the renewal", starts_on="2018-06-01", ends_on="2020-06-01")
    expect(page.locator("main")).to_contain_text("Orto comune")
    expect(page.locator("main")).to_contain_text("Nobody has signed yet")
    new = Pact.objects.get(predecessor=cast.pact)
    page.goto(f"/en/torino/pacts/{new.uid}/")
    expect(page.locator("main")).to_contain_text("They begin when it is signed.")


@pytest.mark.slow
def test_axe_finds_nothing_and_nothing_overflows_on_the_pages_of_care(cast, open_page):
    pages = [
        "needs/", "needs/new/", "needs/track/", f"needs/{cast.need.uid}/", f"projects/{cast.project.uid}/",
        f"laboratories/{cast.lab.uid}/", f"pacts/{cast.pact.uid}/", f"neighbourhoods/{cast.zone.uid}/", "desk/needs/",
        "desk/laboratories/", f"desk/laboratories/{cast.lab.uid}/", f"desk/projects/{cast.project.uid}/",
        "desk/monitoring/", f"desk/pacts/{cast.pact.uid}/",
    ]  # fmt: skip
    page = open_page("/en/torino/needs/", user=cast.ada, viewport=NARROW)
    found = {}
    for one in pages:
        page.goto(f"/en/torino/{one}")
        page.wait_for_load_state("networkidle")
        if said := (faults(page) + ([f"{overflow(page)} px too wide"] if overflow(page) else [])):
            found[one] = said
    assert found == {}
