"""Files, dossiers and corrections before a person: wide, narrow, dark, and without script."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from commons.files import attach
from commons.models import BuildingEntry, Correction, Proposal
from people.models import Grant
from people.roles import Role
from tests import factories as make
from tests.browser.conftest import PHONE, pictured, press
from tests.browser.test_pages import faults, overflow
from tests.commons import hostile_pictures as pictures

DARK = {"color_scheme": "dark"}


@pytest.fixture
def stage(transactional_db, settings, tmp_path):
    """A building with a history, photos and papers; a draft; a correction; Alice who writes, Sara of the office."""
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    city = make.CityFactory()
    alice, sara = make.UserFactory(username="alice"), make.UserFactory(username="sara")
    Grant.objects.create(user=sara, role=Role.STAFF, city=city)
    building = make.BuildingFactory(name="Ex scuola dei Tre Gelsi", use_since=date(2014, 9, 1))
    for year, words in ((2014, "Chiusa la scuola"), (2019, "Rifatto il tetto")):
        BuildingEntry.objects.create(building=building, on=date(year, 9, 1), works=words, use_status="disused")
    BuildingEntry.objects.create(building=building, on=date(2026, 1, 1), use_status="in_regeneration", state="proposed")
    attach(building, pictures.upload(pictures.with_camera_data()), "photo", sara, "Il cortile")
    attach(building, pictures.upload(b"%PDF-1.7\n"), "document", sara, "La planimetria")
    draft = Proposal.objects.create(city=city, author=alice, name="Orto in cortile")
    attach(draft, pictures.upload(pictures.with_camera_data()), "photo", alice, "Il muro da dipingere")
    with transaction.atomic():
        handed_in = make.ProposalFactory(author=alice, receipt="TOR-2026-00001", submitted_on=timezone.localdate())
    Correction.objects.create(city=city, about=building.uid, text="Il numero civico è 14.", place=make.point())
    return type("Stage", (), locals())


def pages(stage) -> dict[str, tuple[str, object]]:
    uid, sara, alice = stage.building.uid, stage.sara, stage.alice
    return {
        "building": (stage.building.get_absolute_url(), None),
        "tell us": (f"/torino/tell-us/?about={uid}", None),
        "thanks": (reverse("told-us", args=["torino"]), None),
        "corrections": (reverse("corrections", args=["torino"]), sara),
        "settled corrections": (reverse("corrections", args=["torino"]) + "?state=done", sara),
        "dossier": (reverse("building-dossier", args=["torino", uid]), sara),
        "how to ask": (reverse("building-how-to-ask", args=["torino", uid]), sara),
        "files of the building": (reverse("building-files", args=["torino", uid]), sara),
        "files of the draft": (reverse("draft-files", args=["torino", stage.draft.uid]), alice),
        "protocol": (reverse("protocol", args=["torino", stage.handed_in.uid]), sara),
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"viewport": PHONE},
        DARK | {"viewport": {"width": 320, "height": 640}},
    ],
    ids=str,
)
def test_axe_finds_nothing_and_nothing_overflows(how, stage, open_page):
    found = {}
    for name, (address, user) in pages(stage).items():
        page = open_page(address, user=user, **how)
        wrong = faults(page) + ([f"{overflow(page)} px too wide"] if overflow(page) > 0 else [])
        if wrong:
            found[name] = wrong
        page.close()
    assert found == {}


def test_somebody_tells_us_without_script_by_keyboard_and_the_office_answers(stage, open_page):
    page = open_page(stage.building.get_absolute_url(), java_script_enabled=False, allowed=("400",))
    press(page.locator(".tell-us a"))
    page.locator("#id_place").fill("7.68, 45.07")
    page.locator("#id_text").fill("Manca il campetto.")
    press(page.locator("#id_place"), "Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Manca il campetto.")
    page.locator("#id_place").fill("45.07, 7.68")
    press(page.locator("#id_place"), "Enter")
    assert page.url.endswith(reverse("told-us", args=["torino"]))
    office = open_page(reverse("corrections", args=["torino"]), user=stage.sara, java_script_enabled=False)
    mine = office.locator(".told", has_text="Manca il campetto.")
    press(mine.locator("button[value=done]"))
    expect(mine).to_have_count(0)
    assert Correction.objects.get(text="Manca il campetto.").handled_by == stage.sara


def test_a_writer_adds_and_removes_a_photo_without_script(stage, open_page, tmp_path):
    photo = tmp_path / "muro.jpg"
    photo.write_bytes(pictures.with_camera_data())
    page = open_page(
        reverse("draft-files", args=["torino", stage.draft.uid]), user=stage.alice, java_script_enabled=False
    )
    page.set_input_files("#files-file", photo)
    page.locator("#files-title").fill("Il cancello")
    press(page.locator("form.filing button"))
    expect(page.locator(".kept-file")).to_have_count(2)
    expect(page.locator(".kept-file img").last).to_have_attribute("alt", "Il cancello")
    press(page.locator(".kept-file button").last)
    expect(page.locator(".kept-file")).to_have_count(1)


def test_the_office_confirms_what_was_proposed_and_everybody_reads_it(stage, open_page):
    page = open_page(reverse("building-dossier", args=["torino", stage.building.uid]), user=stage.sara)
    press(page.locator("button[value=confirm]"))
    expect(page.locator("main [role=status]")).to_be_visible()
    expect(page.locator("button[value=confirm]")).to_have_count(0)
    public = open_page(stage.building.get_absolute_url())
    expect(public.locator(".history > li")).to_have_count(3)
    pictured(public.locator(".photos img"))
