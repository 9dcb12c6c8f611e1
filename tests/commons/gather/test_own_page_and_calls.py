"""A person's own page, and public calls that open and close by the clock."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from commons.gather.calls import by_the_clock
from commons.gather.joining import ask_to_join, set_support
from commons.gather.own import own
from commons.models import Call, Collaborator, Proposal
from people.models import Invitation
from tests import factories as make
from tests.conftest import counted

pytestmark = pytest.mark.django_db


def mine(client, user):
    client.force_login(user)
    with translation.override("en"):
        response = client.get(reverse("me"))
    assert response.status_code == 200 and response["Cache-Control"] == "private, no-store"
    return response.content.decode()


def test_the_own_page_is_for_those_who_have_signed_in(client, cast):
    assert client.get("/me/").status_code == 302
    assert client.post("/me/").status_code in {302, 405}


def test_it_gathers_what_waits_and_what_is_mine(client, cast, a_proposal):
    a_proposal("draft", name="Una bozza mia")
    asked = a_proposal("under_review", name="Con domanda")
    asked.advance("ask_changes", by=cast.sara, note="Quante ore aprite?", reply_by=cast.city.today())
    joined = a_proposal("in_consultation", name="Con richiesta")
    ask_to_join(joined, cast.carlo, "Porto una zappa")
    seen = mine(client, cast.alice)
    for words in ("Una bozza mia", "Quante ore aprite?", "Porto una zappa", "It is your turn", asked.receipt):
        assert words in seen
    set_support(joined, cast.carlo, True)
    theirs = mine(client, cast.carlo)
    assert "Con richiesta" in theirs and "Waiting" in theirs
    for words in ("Una bozza mia", "Quante ore aprite?", "Con domanda"):
        assert words not in theirs
    assert "zappa" not in mine(client, cast.dora)


def test_invitations_stand_there_until_they_are_answered(client, cast, a_proposal):
    proposal = a_proposal("draft", name="Scriviamo insieme")
    invited = Collaborator.objects.create(proposal=proposal, part="coauthor", user=cast.carlo, key="a" * 64)
    asked = Invitation.objects.create(organisation=cast.group, email="Carlo@example.org", invited_by=cast.alice)
    cast.carlo.emailaddress_set.update(verified=False)
    seen = mine(client, cast.carlo)
    assert "Scriviamo insieme" in seen and "Orto di tutti" not in seen  # the address is not proved to be his
    cast.carlo.emailaddress_set.update_or_create(email="carlo@example.org", defaults={"verified": True})
    seen = mine(client, cast.carlo)
    assert "Orto di tutti" in seen and asked.key in seen and invited.key not in seen
    Collaborator.objects.filter(pk=invited.pk).update(state="revoked")
    assert "Scriviamo insieme" not in mine(client, cast.carlo)


def test_what_was_supported_and_is_hidden_now_is_not_named(client, cast, a_proposal):
    proposal = a_proposal("in_consultation", name="Nascosta dopo")
    set_support(proposal, cast.carlo, True)
    Proposal.objects.filter(pk=proposal.pk).update(visibility="hidden")
    assert "Nascosta dopo" not in mine(client, cast.carlo)


def test_the_number_of_statements_does_not_grow(client, cast, a_proposal):
    a_proposal("in_consultation")
    own(cast.alice)
    with counted() as few:
        mine(client, cast.alice)
    for n in range(12):
        proposal = a_proposal("in_consultation", name=f"Numero {n}")
        ask_to_join(proposal, cast.carlo, "Io")
        set_support(proposal, cast.alice, True)
        make.PactFactory(city=cast.city, report_due="2020-01-01").signatories.add(cast.group)
    with counted() as many:
        seen = mine(client, cast.alice)
    assert "Numero 11" in seen and len(many) <= len(few) + 1


@pytest.fixture
def call(cast):
    now = timezone.now()
    call = Call.objects.create(
        city=cast.city, name="Avviso per tre edifici", description="Chiediamo idee", criteria="Apertura a tutti",
        resolution="DGC 77", resolution_date=cast.city.today(), office="Ufficio beni comuni",
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=10), state="open",
    )  # fmt: skip
    call.buildings.add(make.BuildingFactory(city=cast.city, name="Ex mercato"))
    return call


def english(client, name, *arguments, status=200):
    with translation.override("en"):
        response = client.get(reverse(name, args=arguments))
    assert response.status_code == status
    return response.content.decode()


def test_a_call_says_what_it_asks_and_lists_its_places_and_public_answers(client, cast, call, a_proposal):
    a_proposal("under_review", name="Risposta pubblica", call=call)
    a_proposal("draft", name="Risposta in bozza", call=call)
    seen = english(client, "call", "torino", call.uid)
    for words in ("Chiediamo idee", "Apertura a tutti", "DGC 77", "Ufficio beni comuni", "Ex mercato"):
        assert words in seen
    assert "Risposta pubblica" in seen and "Risposta in bozza" not in seen
    assert call.name in english(client, "calls", "torino")


def test_a_call_closes_by_the_clock_even_when_the_timer_has_not_run(client, cast, call):
    Call.objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    seen = english(client, "call", "torino", call.uid)
    assert "takes no more answers" in seen and "Answer this call" not in seen
    assert "No call is open now." in english(client, "calls", "torino")
    call.opens_at, call.closes_at = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=2)
    assert by_the_clock(call).state == "announced"


def test_a_call_in_preparation_is_nobodys_and_a_hidden_one_is_gone(client, cast, call):
    Call.objects.filter(pk=call.pk).update(visibility="hidden")
    english(client, "call", "torino", call.uid, status=410)
    Call.objects.filter(pk=call.pk).update(state="preparing")
    english(client, "call", "torino", call.uid, status=404)
    Call.objects.filter(pk=call.pk).update(visibility="public")
    english(client, "call", "torino", call.uid, status=404)
    assert call.name not in english(client, "calls", "torino")
    english(client, "calls", "nowhere", status=404)
