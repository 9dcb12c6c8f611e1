"""Taking part, in front of a person: each state of a proposal, one's own page, a call and a report read well, and a
comment goes in by keyboard and without script."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from commons.gather.comments import write_comment
from commons.gather.joining import ask_to_join, set_follow, set_support
from commons.models import Call, Contribution, Proposal, Report
from tests import factories as make
from tests.browser.conftest import DESKTOP, PHONE, press
from tests.browser.test_pages import faults, overflow
from tests.commons.gather.conftest import a_proposal, cast  # noqa: F401
from tests.commons.gather.test_proposal_page import to_approved

NARROW = {"width": 360, "height": 740}


@pytest.fixture
def stage(transactional_db, cast, a_proposal):  # noqa: F811
    """Made in one transaction: the state of a record and its history belong together."""
    with transaction.atomic():
        return set_stage(cast, a_proposal)


def set_stage(cast, a_proposal):  # noqa: F811
    """Addresses by what they show: a proposal in each state, a call, a pact that reports."""
    cast.city.profile = {"contact": {"name": "Ufficio beni comuni", "phone": "011 442 0000", "email": "b@example.org"}}
    cast.city.save()
    make.HouseFactory(city=cast.city, name="Casa vicina", phone="011 111")
    found = {}
    for state in set(Proposal.State.values) - set(Proposal.NOT_PUBLIC):
        found[state] = make.ProposalFactory(city=cast.city, state=state, name=f"Orto, {state}")
    found["under_review"] = a_proposal("under_review", name="Cortile")
    found["in_consultation"] = open_ = a_proposal("in_consultation", name="Orto", qualities=["green", "attentive"])
    open_.resources.create(side="asked", kind="money", words="Per gli attrezzi", quantity=1500)
    for user in (cast.carlo, cast.dora):
        write_comment(open_, user, f"Che bello, {user.display_name}. " * 8)
        set_support(open_, user, True)
    Contribution.objects.filter(author=cast.dora).update(
        moderation="hidden", moderated_at=timezone.now(), moderation_reason="Nomina una persona"
    )
    ask_to_join(open_, cast.carlo, "Porto una zappa e due ore al sabato")
    set_follow(open_.uid, cast.alice, True)
    found["decided"] = a_proposal("in_consultation", name="Sala prove")
    to_approved(cast, found["decided"])
    found["call"] = call = Call.objects.create(
        city=cast.city, name="Avviso per tre edifici", description="Chiediamo idee", criteria="Apertura a tutti",
        resolution="DGC 77", resolution_date=cast.city.today(), office="Ufficio beni comuni", state="open",
        opens_at=timezone.now() - timedelta(days=1), closes_at=timezone.now() + timedelta(days=10),
    )  # fmt: skip
    call.buildings.add(make.BuildingFactory(city=cast.city, name="Ex mercato"))
    found["pact"] = pact = make.PactFactory(city=cast.city, state="reporting", name="Patto dell'orto")
    pact.signatories.add(cast.group)
    start, end = cast.city.today() - timedelta(days=400), cast.city.today() - timedelta(days=35)
    said = {"actions": "Abbiamo aperto l'orto. " * 9, "hours": 300, "income": 1200, "spending": 800}
    Report.objects.create(pact=pact, state="checked", period_start=start, period_end=end, **said)
    return found, cast


@pytest.mark.slow
def test_axe_finds_nothing_on_any_state_of_a_proposal_for_a_visitor(stage, open_page):
    found, _cast = stage
    page, wrong = open_page("/torino/about/"), {}
    for name, record in found.items():
        page.goto(record.get_absolute_url())
        for size in (DESKTOP, NARROW):
            page.set_viewport_size(size)
            if faulty := faults(page) + ([f"{overflow(page)} px too wide"] if overflow(page) > 0 else []):
                wrong[f"{name}, {size['width']} px"] = faulty
    assert wrong == {}


@pytest.mark.slow
def test_axe_finds_nothing_for_those_who_have_signed_in_in_the_dark_as_well(stage, open_page):
    found, cast = stage  # noqa: F811
    report = reverse("report", args=["torino", found["pact"].uid])
    paths = [found["in_consultation"].get_absolute_url(), found["pact"].get_absolute_url(), "/me/", report]
    wrong = {}
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        page = open_page("/torino/about/", user=cast.alice, color_scheme=scheme, viewport=size)
        for path in [*paths, "/torino/calls/"]:
            page.goto(f"/en{path}")
            if faulty := faults(page) + ([f"{overflow(page)} px too wide"] if overflow(page) > 0 else []):
                wrong[f"{scheme} {path}"] = faulty
    assert wrong == {}


def test_a_comment_goes_in_without_script_and_leads_to_itself(stage, open_page):
    found, cast = stage  # noqa: F811
    path = f"/en{found['in_consultation'].get_absolute_url()}"
    page = open_page(path, user=cast.carlo, java_script_enabled=False, allowed=("status of 400",))
    page.get_by_label("Your comment").fill("Mancano le panchine.")
    press(page.get_by_role("button", name="Publish the comment"))
    assert "#comment-" in page.url
    expect(page.locator(".comment-text").first).to_have_text("Mancano le panchine.")
    press(page.get_by_role("button", name="Publish the comment"))
    expect(page.get_by_role("alert").get_by_role("link", name="Write your comment first.")).to_be_visible()


def test_support_and_follow_are_two_buttons_that_a_keyboard_reaches(stage, open_page):
    found, cast = stage  # noqa: F811
    page = open_page(f"/en{found['under_review'].get_absolute_url()}", user=cast.carlo)
    press(page.get_by_role("button", name="Support it"), "Enter")
    expect(page.get_by_role("button", name="Take your support back")).to_be_visible()
    press(page.get_by_role("button", name="Follow it"), "Enter")
    expect(page.get_by_role("button", name="Stop following")).to_be_visible()
    expect(page.locator(".support-count strong")).to_have_text("1")
