"""The page of a proposal, state by state: what happens next, how long it takes here, what is public and what is not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from commons.gather.story import FEWEST, USUAL, contact_of, meetings_in, reached, usual
from commons.models import Collaborator, Contribution, FormalAct, Proposal
from commons.words import along, way, what_next
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db
PRIVATE = ("riservat", "Alice", "alice@example.org", "Privata", "Sara", "sara@example.org", "person")


def page(client, record):
    with translation.override("en"):
        response = client.get(record.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def to_approved(cast, proposal):
    """From the consultation to the act, with a meeting held and one called off."""
    house = make.HouseFactory(city=cast.city, name="Casa aperta")
    proposal.advance("start_codesign", by=cast.sara)
    now = timezone.now()
    proposal.sessions.create(starts_at=now, minutes="Abbiamo deciso gli orari.", attendance=12, house=house)
    proposal.sessions.create(starts_at=now + timedelta(days=7), where="Sala rossa", cancelled_at=now)
    said = {"final_text": "Testo finale", "budget": "Zero euro", "indicators": "Ore aperte", "risks": "Polizza"}
    proposal.advance("to_approval", by=cast.sara, **said)
    return house


def test_before_the_consultation_no_text_and_no_name_is_on_the_page(client, cast, a_proposal):
    proposal = a_proposal("under_review", qualities=["green"], aims="Scopo riservato")
    proposal.resources.create(side="asked", kind="money", words="Cifra riservata", quantity=5000)
    proposal.advance("ask_changes", by=cast.sara, note="Domanda riservata", reply_by=cast.city.today())
    proposal.advance("answer", by=cast.alice, note="Risposta riservata")
    seen = page(client, proposal)
    assert proposal.name in seen and not [word for word in PRIVATE if word in seen.replace("person supports", "")]
    assert "The text is published when" in seen and "Green" not in seen and "5,000" not in seen


def test_questions_and_answers_are_never_public_and_texts_are_once_opened(client, cast, a_proposal):
    proposal = a_proposal("under_review", qualities=["green", "accessible"])
    proposal.advance("ask_changes", by=cast.sara, note="Domanda segreta", reply_by=cast.city.today())
    proposal.advance("answer", by=cast.alice, note="Risposta segreta")
    proposal.resources.create(side="asked", kind="money", words="Per il tetto", quantity=5000)
    proposal.advance(
        "open_consultation", by=cast.sara, comments_open_at=timezone.now(),
        comments_close_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    seen = page(client, proposal)
    assert "segreta" not in seen and "Descrizione riservata" in seen and "Scopo riservato" in seen
    assert "Per il tetto" in seen and "5,000" in seen and "We ask for it" in seen
    assert "Green" in seen and "goal 13 of the 2030 Agenda" in seen and "goals 5, 11 of the 2030 Agenda" in seen
    assert "Privata" not in seen and "alice@example.org" not in seen


def test_the_final_text_minutes_and_acts_are_public_from_their_states_on(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    Proposal.objects.filter(pk=proposal.pk).update(final_text="Testo provvisorio")
    assert "Testo provvisorio" not in page(client, proposal)
    house = to_approved(cast, proposal)
    seen = page(client, proposal)
    for words in ("Testo finale", "Zero euro", "Ore aperte", "Polizza", "12 people came", "Abbiamo deciso gli orari."):
        assert words in seen
    assert "called off" in seen and "Sala rossa" in seen and house.get_absolute_url().rpartition("/it")[2] in seen
    act = FormalAct(city=cast.city, proposal=proposal, body="giunta", number="12/2026", date=cast.city.today())
    act.save()
    assert "12/2026" not in page(client, proposal)
    proposal.advance("approve", by=make.AdministratorFactory())
    assert "12/2026" in page(client, proposal)
    calendar = client.get(reverse("sessions", args=["torino", proposal.uid]))
    lines = calendar.content.decode()
    assert calendar["Content-Type"].startswith("text/calendar") and lines.count("BEGIN:VEVENT") == 2
    assert "LOCATION:Casa aperta" in lines and "STATUS:CANCELLED" in lines
    assert all(len(line.encode()) <= 75 for line in lines.split("\r\n"))


def test_minutes_are_not_there_before_codesign(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    proposal.sessions.create(starts_at=timezone.now(), minutes="Troppo presto")
    assert "Troppo presto" not in page(client, proposal)
    assert b"VEVENT" not in client.get(reverse("sessions", args=["torino", proposal.uid])).content


@pytest.mark.parametrize(
    ("move", "also", "shown"),
    [("reject", {}, True), ("redirect", {"redirected_to": "Ufficio Verde"}, True), ("withdraw", {}, False)],
)
def test_why_it_ended_is_said_where_the_table_of_moves_makes_it_public(client, cast, a_proposal, move, also, shown):
    proposal = a_proposal("under_review")
    proposal.advance(move, by=cast.alice if move == "withdraw" else cast.sara, note="Il muro non regge.", **also)
    seen = page(client, proposal)
    assert ("Il muro non regge." in seen) is shown
    assert ("Ufficio Verde" in seen) is (move == "redirect")
    assert "riservat" not in seen


def test_every_state_says_what_happens_next_and_whose_way_it_is():
    for state in set(Proposal.State.values) - set(Proposal.NOT_PUBLIC):
        assert what_next(state), state
    short = ("submitted", "under_review", "codesign", "approved")
    assert [step.when for step in way("codesign", short)] == ["done", "done", "now", "next"]
    assert what_next("under_review", short) == what_next("in_consultation") != what_next("under_review")
    assert along("awaiting_approval", short)[1] == 4 and way("rejected", short) == []


def test_the_way_is_that_of_the_citys_profile(client, cast, a_proposal):
    cast.city.profile = {"procedure": {"way": ["submitted", "under_review", "codesign", "in_consultation", "approved"]}}
    cast.city.save()
    proposal = a_proposal("under_review")
    seen = page(client, proposal)
    steps = seen.split('aria-labelledby="way"')[1].split("</section>")[0]
    assert steps.index("In co-design") < steps.index("Open to comments") and "Awaiting approval" not in steps


def test_how_long_it_takes_is_the_citys_own_median_of_three_cases_at_least(client, cast, a_proposal, monkeypatch):
    now = timezone.now()

    def case(days):
        with monkeypatch.context() as past:
            past.setattr(timezone, "now", lambda: now - timedelta(days=days))
            one = a_proposal("under_review")
        until = {"comments_open_at": now, "comments_close_at": now + timedelta(days=30)}
        one.advance("open_consultation", by=cast.sara, **until)

    shown = make.ProposalFactory(city=cast.city)
    for days in (4, 90):
        case(days)
    assert usual(cast.city, "under_review", "default") is None
    assert "How long this step usually takes here" not in page(client, shown)
    assert usual(make.CityFactory(slug="latina"), "under_review", "default") is None
    case(12)
    found = usual(cast.city, "under_review", "default")
    assert (found.days, found.cases) == (12, FEWEST)
    seen = page(client, shown)
    assert "about 12 days" in seen and "half of 3 cases took less" in seen
    with counted() as statements:
        page(client, shown)
    assert len([sql for sql in statements if "percentile_cont" in sql]) == 1 and "percentile_cont" in USUAL


def test_whom_to_ring_is_said_from_the_profile_and_the_house(client, cast):
    assert contact_of(cast.city) == {}
    cast.city.profile = {"contact": "Ufficio beni comuni, 011 0000000"}
    assert contact_of(cast.city)["name"].startswith("Ufficio")
    cast.city.profile = {"contact": {"name": "Ufficio beni comuni", "phone": "011 442 0000"}}
    cast.city.save()
    near = make.HouseFactory(city=cast.city, name="Casa vicina", phone="011 111")
    proposal = make.ProposalFactory(city=cast.city)
    seen = page(client, proposal)
    assert 'href="tel:0114420000"' in seen and "Casa vicina" in seen and 'href="tel:011111"' in seen
    Proposal.objects.filter(pk=proposal.pk).update(house=near)
    assert "The house that accompanies it" in page(client, proposal)


def test_a_register_tells_the_last_state_and_what_lies_before_counts_as_passed(cast):
    proposal = make.ProposalFactory(city=cast.city, state="approved")
    assert reached(list(proposal.steps.all())) >= {"under_review", "codesign", "awaiting_approval", "approved"}


def test_story_5_the_page_of_the_house_lists_what_it_accompanied(client, cast, a_proposal):
    house = make.HouseFactory(city=cast.city)
    helped, born = a_proposal("under_review", name="Aiutata"), make.PactFactory(city=cast.city, name="Patto nato qui")
    make.PactFactory(city=cast.city, name="Patto altrui")
    Proposal.objects.filter(pk=helped.pk).update(house=house, pact=born)
    a_proposal("draft", name="Bozza nascosta", house=house)
    seen = page(client, house)
    assert "Aiutata" in seen and "Patto nato qui" in seen
    assert "Bozza nascosta" not in seen and "Patto altrui" not in seen
    Proposal.objects.filter(pk=helped.pk).update(house=None)
    assert "Aiutata" not in page(client, house) and not Collaborator.objects.exists()


def test_the_page_of_a_house_tells_the_meetings_to_come_in_it(client, cast, a_proposal):
    house, soon = make.HouseFactory(city=cast.city), timezone.now() + timedelta(days=3)
    open_, early, other = (a_proposal("in_consultation", name=name) for name in ("Aperta", "Presto", "Altrove"))
    for one, hours, where in ((open_, 0, "Sala grande"), (open_, -99, "Ieri"), (early, 1, "Segreta"), (other, 2, "")):
        one.sessions.create(starts_at=soon + timedelta(hours=hours), house=house if one != other else None, where=where)
    open_.sessions.create(starts_at=soon, house=house, where="Disdetta", cancelled_at=timezone.now())
    for one in (open_, other):
        one.advance("start_codesign", by=cast.sara)
    assert [one.where for one in meetings_in(house, "public")] == ["Sala grande"]
    seen = page(client, house)
    assert "Sala grande" in seen and "Aperta" in seen and "Ieri" not in seen
    assert not any(word in seen for word in ("Segreta", "Disdetta", "Altrove"))


def test_a_page_with_a_form_is_shared_with_nobody(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    assert "private" in client.get(proposal.get_absolute_url())["Cache-Control"]
    client.force_login(cast.carlo)
    assert "no-store" in client.get(proposal.get_absolute_url())["Cache-Control"]


def test_who_signed_in_takes_a_bounded_number_of_statements(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    client.force_login(cast.alice)
    page(client, proposal)
    with counted() as few:
        page(client, proposal)
    for n in range(30):
        user = make.UserFactory()
        proposal.join_requests.create(user=user, message=f"Io {n}", organisation=cast.group)
        proposal.supports.create(user=user)
        proposal.sessions.create(starts_at=timezone.now(), house=None)
        Contribution.objects.create(proposal=proposal, author=user, text="Bene")
    with counted() as many:
        page(client, proposal)
    assert len(many) <= len(few) + 1
