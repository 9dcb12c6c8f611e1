"""From a proposal pinned to a place to a renewed pact, as five people in five browsers, in the order of two cities."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from commons.clock import turn
from commons.lifecycle import way_of
from commons.models import Pact, Proposal
from people.models import Message
from tests.browser import stage_of_a_pact as theatre
from tests.browser.conftest import press
from tests.browser.map_page import settled
from tests.browser.stage_of_a_pact import Stage, fill, from_queue, sign_in, state, take, uid_in

NAME = "Una corte per il quartiere"
OTHERS_WORD = re.compile(r"\b(patt[oi]|pacts?)\b", re.IGNORECASE)
ALLOWED = ("status of 400", "status of 404")


def found_on_the_map(stage: Stage, page: Page) -> None:
    """Alice has not signed in: she looks for an empty building and writes what she would do there."""
    page.goto(f"/en/{stage.city.slug}/?layers=buildings&buildings.use_status=disused")
    settled(page)
    page.get_by_role("link", name=stage.building.name).first.click()
    expect(page.locator(".panel-name")).to_have_text(stage.building.name)
    press(page.get_by_role("link", name="Propose something here"))
    page.locator("#id_name").fill(NAME)
    press(page.get_by_role("button", name="Begin to write"))
    expect(page.locator("[data-around]")).to_contain_text(stage.building.name)
    fill(
        page.locator("form[data-draft]"), description="Apriamo la corte ogni sabato.", aims="Un posto per incontrarsi.",
        contact_name="Alice", contact_email="alice@example.org", duration_months="24", no_resources="on", consent="on",
    )  # fmt: skip


def sent(stage: Stage, page: Page) -> None:
    """At the end an account is asked for; the group is chosen, and a receipt comes back."""
    press(page.get_by_role("button", name="Send the proposal"))
    sign_in(page, stage.people["alice"])
    page.get_by_label(stage.group.name).check()
    press(page.get_by_role("button", name="Send it now"))
    expect(page.locator("[data-receipt]")).to_have_text(re.compile(r"^[A-Z]{3}-\d{4}-\d{5}$"))


def reviewed(stage: Stage) -> None:
    """Sara takes it up and asks; Alice finds the question on her own page and answers."""
    sara, alice = stage.pages["sara"], stage.pages["alice"]
    from_queue(sara, stage, NAME)
    take(sara, "Take it up", reviewer="Sara", review_due=stage.day(30), complexity="Complex")
    take(sara, "Ask for changes", reply_by=stage.day(14), note="Chi apre la corte ogni sabato?")
    alice.goto("/en/me/")
    expect(alice.locator("main")).to_contain_text("Chi apre la corte ogni sabato?")
    press(alice.get_by_role("link", name="Answer the office"))
    fill(alice.locator("form[data-draft]"), people_involved="Otto soci, a turno.")
    press(alice.get_by_role("button", name="Save", exact=True))
    alice.locator("#id_note").fill("Otto soci, a turno: lo abbiamo scritto.")
    press(alice.get_by_role("button", name="Send the answer"))
    expect(alice.locator("main")).to_contain_text("Otto soci, a turno: lo abbiamo scritto.")


def in_consultation(stage: Stage) -> None:
    """Open to comments: Carlo reads it, comments, supports it and asks to join; Alice says yes."""
    sara, carlo, alice = stage.pages["sara"], stage.pages["carlo"], stage.pages["alice"]
    from_queue(sara, stage, NAME)
    closes = {"comments_open_at": stage.moment(minutes=-1), "comments_close_at": stage.moment(days=30)}
    take(sara, "Open it to comments", **closes)
    carlo.goto(f"/en/{stage.city.slug}/?layers=proposals&q=corte")
    settled(carlo)
    carlo.get_by_role("link", name=NAME).first.click()
    press(carlo.locator(".panel").get_by_role("link", name="Open its page"))
    fill(carlo.locator("form[action*='/comment/']"), text="Mettiamo anche una panchina.")
    press(carlo.get_by_role("button", name="Publish the comment"))
    expect(carlo.locator(".comment-text")).to_have_text("Mettiamo anche una panchina.")
    carlo.get_by_label("What would you bring?").fill("Una panchina e due ore.")
    press(carlo.get_by_role("button", name="Ask to join"))
    expect(carlo.locator("#join")).to_contain_text("You have asked to join")
    alice.goto("/en/me/")
    expect(alice.locator("main")).to_contain_text("Una panchina e due ore.")
    press(alice.get_by_role("button", name="Take Carlo in"))


def codesign(stage: Stage) -> None:
    """Ada calls a session in the Casa and writes its minutes; everybody reads them, and nobody's name."""
    ada, visitor = stage.pages["ada"], stage.pages["carlo"]
    from_queue(ada, stage, NAME)
    take(ada, "Start co-design")
    take(ada, "Plan a co-design session", starts_at=stage.moment(minutes=-2), house=stage.house.name)
    fields = {"minutes": "Apriamo da marzo a ottobre.", "attendance": "14"}
    card = ada.locator("details.move").filter(has=ada.get_by_text("Write the minutes of a session", exact=True))
    card.locator("summary").click()
    card.locator("[name=session]").select_option(index=1)
    fill(card, **fields)
    press(card.get_by_role("button"))
    visitor.goto(Proposal.objects.get(name=NAME).get_absolute_url())
    expect(visitor.locator("#sessions")).to_contain_text("Apriamo da marzo a ottobre.")
    expect(visitor.locator("#sessions")).to_contain_text("14")
    expect(visitor.locator("#sessions")).to_contain_text(stage.house.name)


def awaiting_approval(stage: Stage) -> None:
    ada = stage.pages["ada"]
    from_queue(ada, stage, NAME)
    take(
        ada, "Send it to be decided", final_text="La corte è aperta il sabato.", budget="900 euro, del gruppo",
        indicators="Sabati aperti", risks="Polizza del gruppo",
    )  # fmt: skip


def approved(stage: Stage) -> None:
    """Rita records each act that this city asks for, and then the approval."""
    rita = stage.pages["rita"]
    bodies = {"giunta": "City executive (Giunta)", "district_council": "District council"}
    from_queue(rita, stage, NAME)
    for number, body in enumerate(stage.city.profile["procedure"]["acts"]["complex"], start=11):
        take(rita, "Record an act", body=bodies[body], number=str(number), date=stage.day())
    take(rita, "Record the approval")
    assert state(rita) == "Approved"


SCENES: dict[str, Callable[[Stage], None]] = {
    "in_consultation": in_consultation, "codesign": codesign, "awaiting_approval": awaiting_approval,
    "approved": approved,
}  # fmt: skip


def signed(stage: Stage, page: Page, act: bool = False) -> None:
    """The pact on the desk: its text and days, who signs, the city."""
    ends = theatre.years_later(stage.city.today(), 2)
    take(page, "Write the text to sign", text="Articolo 1. La corte.", starts_on=stage.day(), ends_on=ends)
    if act:
        take(page, "Record an act", body="Manager", number="99", date=stage.day())
    take(page, "Add a signature", side="Civic subject", kind="Association", organisation=stage.group.name)
    take(page, "Add a signature", side="Civic subject", kind="Volunteer", person_name="Bianca Rossi")
    take(page, "Add a signature", side="Municipality", kind="Public body")
    take(page, "Record the signatures", signed_on=stage.day())
    assert state(page) == "Signed"


def building_in_use(stage: Stage, page: Page) -> None:
    """The signature suggests what the building becomes: the office confirms it, and everybody reads it."""
    press(page.get_by_role("link", name="Look at it"))
    press(page.get_by_role("button", name="Confirm it"))
    page.goto(f"/en{stage.building.get_absolute_url()}")
    expect(page.locator(".record-state")).to_contain_text("Being brought back to use")


def everywhere(stage: Stage, pact: Pact, page: Page) -> None:
    """The pact is on its layer, on the map, and on the pages of its building and its neighbourhood."""
    collection = page.request.get(f"/layers/pacts.geojson?city={stage.city.slug}").json()
    (feature,) = [one for one in collection["features"] if one["id"] == pact.uid]
    assert feature["properties"]["state"] == "active" and feature["geometry"]
    settled_on = settled(page) if page.goto(f"/en/{stage.city.slug}/?layers=pacts&q=corte") else page
    expect(settled_on.locator(f"[data-places] [data-uid='{pact.uid}']")).to_be_visible()
    neighbourhood = stage.building.neighbourhood
    for address in (stage.building.get_absolute_url(), neighbourhood.get_absolute_url()):
        page.goto(f"/en{address}")
        expect(page.locator("section[aria-labelledby=pacts]").get_by_role("link", name=NAME)).to_be_visible()
    page.goto(f"/en{pact.get_absolute_url()}")
    expect(page.locator("main")).to_contain_text(stage.group.name)
    expect(page.locator("main")).not_to_contain_text("Bianca")
    expect(page.locator("section[aria-labelledby=acts]")).to_contain_text("11")


def in_its_own_words(stage: Stage, pact: Pact, page: Page) -> None:
    """A city that has no pacts but agreements never reads of pacts, in neither language."""
    proposal, home = Proposal.objects.get(pact=pact), f"/{stage.city.slug}/"
    records = (proposal, pact, stage.building, stage.building.neighbourhood, stage.house, stage.group)
    for prefix, language in (("", "it"), ("/en", "en")):
        words = stage.city.label("pact", language)
        if OTHERS_WORD.search(words):
            continue
        for address in (home, f"{home}about/", *(one.get_absolute_url() for one in records)):
            page.goto(f"{prefix}{address}")
            expect(page.locator("main")).not_to_contain_text(OTHERS_WORD, use_inner_text=True)
            expect(page.locator("main")).not_to_contain_text("del Quartiere", use_inner_text=True)
        page.goto(f"{prefix}{pact.get_absolute_url()}")
        expect(page.locator(".record-kind")).to_have_text(words, ignore_case=True)


def reported(stage: Stage) -> None:
    """The office asks, the group tells what it did, the office checks it and accepts it: only then it is public."""
    sara, alice, visitor = stage.pages["sara"], stage.pages["alice"], stage.pages["carlo"]
    take(sara, "Ask for the report", report_due=stage.day(20))
    alice.goto("/en/me/")
    press(alice.get_by_role("link", name="Write the report"))
    fill(
        alice.locator("main form"), period_start=stage.day(-60), period_end=stage.day(), actions="Trenta sabati.",
        hours="240", income="300", spending="250", reinvestment="In vasi e terra.",
    )  # fmt: skip
    press(alice.get_by_role("button", name="Send it to the office"))
    pact = Pact.objects.get(proposals__name=NAME)
    visitor.goto(f"/en{pact.get_absolute_url()}")
    expect(visitor.locator("#reports")).not_to_contain_text("Trenta sabati.")
    sara.reload()
    take(sara, "Check the report", check_note="Tutto in ordine.")
    take(sara, "Accept the report")
    assert state(sara) == "Active"
    visitor.reload()
    expect(visitor.locator("#reports")).to_contain_text("Trenta sabati.")


def renewed(stage: Stage, pact: Pact) -> None:
    """The office prepares the pact that follows, collects new signatures, and closes the chain."""
    sara, visitor = stage.pages["sara"], stage.pages["carlo"]
    take(sara, "Prepare the renewal")
    successor = Pact.objects.get(predecessor=pact)
    assert uid_in(sara.url) == successor.uid and not successor.signatures.exists()
    signed(stage, sara, act=True)
    from_queue(sara, stage, NAME, "pacts")
    sara.goto(f"/en/{stage.city.slug}/desk/pacts/{pact.uid}/")
    take(sara, "Renew it")
    assert state(sara) == "Renewed"
    visitor.goto(f"/en{pact.get_absolute_url()}")
    expect(visitor.locator(".record-state")).to_have_text(re.compile(r"Renewed on \d"))
    for one, other in ((pact, successor), (successor, pact)):
        visitor.goto(f"/en{one.get_absolute_url()}")
        link = visitor.locator("section[aria-labelledby=chain] a")
        expect(link).to_have_attribute("href", re.compile(other.uid))


def every_message_leads_somewhere(stage: Stage) -> None:
    """Each page that a message names opens for who got the message; everybody on the stage has got some."""
    client, told = Client(), Message.objects.filter(user__isnull=False).select_related("user")
    for message in told:
        client.force_login(message.user)
        assert client.get(message.path, follow=True).status_code == 200, (message.kind, message.path)
    assert {message.user for message in told} >= {stage.people[name] for name in ("alice", "carlo", "sara", "rita")}


@pytest.mark.parametrize(
    "place",
    [theatre.torino, pytest.param(theatre.reggio_emilia, marks=pytest.mark.slow)],
    ids=["torino", "reggio-emilia"],
)
def test_five_people_take_a_proposal_from_a_place_on_the_map_to_a_renewed_pact(transactional_db, open_page, place):
    stage = place()
    stage.pages["alice"] = open_page("about:blank", allowed=(*ALLOWED, "about:blank"))
    for name in ("carlo", "ada", "sara", "rita"):
        stage.pages[name] = open_page("/en/me/", user=stage.people[name])
    found_on_the_map(stage, stage.pages["alice"])
    sent(stage, stage.pages["alice"])
    reviewed(stage)
    way = way_of(stage.city.profile, "complex")
    for step in way[way.index("under_review") + 1 :]:
        SCENES[step](stage)
    sara = stage.pages["sara"]
    from_queue(sara, stage, NAME)
    take(sara, "Prepare the signing")
    signed(stage, sara)
    pact = Pact.objects.get(proposals__name=NAME)
    assert pact.legal_form == stage.city.profile["procedure"]["legal_form"]
    building_in_use(stage, sara)
    turn(stage.city, stage.now)
    everywhere(stage, pact, stage.pages["carlo"])
    in_its_own_words(stage, pact, stage.pages["carlo"])
    sara.goto(f"/en/{stage.city.slug}/desk/pacts/{pact.uid}/")
    reported(stage)
    renewed(stage, pact)
    every_message_leads_somewhere(stage)
