"""Wanting in, supporting, following: who may, who is told, who reads it, and what many clicks at once leave behind."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import translation

from commons.gather.joining import answer_request, ask_to_join, set_follow, set_support
from commons.models import Follow, JoinRequest, Proposal, Support
from commons.refusals import NotAllowed, NotPossible
from people.models import Grant, Membership, Message
from people.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


def english(client, record):
    with translation.override("en"):
        return client.get(record.get_absolute_url()).content.decode()


def test_a_request_is_read_by_who_wrote_it_the_group_and_the_office_and_by_nobody_else(client, cast, a_proposal):
    proposal = a_proposal("under_review")
    ask_to_join(proposal, cast.carlo, "Porto una zappa")
    readers = {}
    for name in ("alice", "sara", "carlo", "dora"):
        client.force_login(getattr(cast, name))
        readers[name] = "zappa" in english(client, proposal)
    assert readers == {"alice": True, "sara": True, "carlo": True, "dora": False}
    client.logout()
    assert "zappa" not in english(client, proposal)


def test_the_proposer_answers_and_who_asked_is_told(client, cast, a_proposal):
    proposal = a_proposal("under_review")
    asked = ask_to_join(proposal, cast.carlo, "Porto una zappa")
    address = reverse("join-answer", args=["torino", proposal.uid, asked.pk])
    for user in (cast.dora, cast.carlo, cast.sara):
        client.force_login(user)
        assert client.post(address, {"answer": "accept"}).status_code == 403
    client.force_login(cast.alice)
    assert client.post(address, {"answer": "accept", "from": "me"})["Location"] == reverse("me")
    asked.refresh_from_db()
    assert asked.state == "accepted" and asked.answered_at
    assert Message.objects.get(kind="join_answer").user == cast.carlo
    client.post(address, {"answer": "decline"})
    asked.refresh_from_db()
    assert asked.state == "accepted" and Message.objects.filter(kind="join_answer").count() == 1
    other = a_proposal("under_review")
    crossed = reverse("join-answer", args=["torino", other.uid, asked.pk])
    assert client.post(crossed, {"answer": "decline"}).status_code == 404
    client.logout()
    assert client.post(address, {"answer": "accept"}).status_code == 302


def test_a_representative_of_the_group_answers_as_well(cast, a_proposal):
    proposal = a_proposal("under_review")
    proposal.proposers.add(cast.group)
    Membership.objects.create(user=cast.dora, organisation=cast.group, role="representative")
    asked = ask_to_join(proposal, cast.carlo, "Eccomi")
    assert answer_request(asked, cast.dora, accept=False).state == "declined"
    with pytest.raises(NotAllowed):
        answer_request(asked, cast.sara, accept=True)


def test_asking_twice_changes_the_words_and_tells_nobody_twice(cast, a_proposal):
    proposal = a_proposal("under_review")
    ask_to_join(proposal, cast.carlo, "Prima")
    ask_to_join(proposal, cast.carlo, "Poi")
    assert JoinRequest.objects.get().message == "Poi"
    assert Message.objects.filter(kind="join_request", user=cast.alice).count() == 1


def test_one_asks_only_for_a_group_that_one_belongs_to(client, cast, a_proposal):
    proposal = a_proposal("in_consultation")
    client.force_login(cast.carlo)
    address = reverse("join", args=["torino", proposal.uid])
    posted = {"join-message": "Veniamo in tre", "join-organisation": cast.group.pk}
    assert client.post(address, posted).status_code == 400
    Membership.objects.create(user=cast.carlo, organisation=cast.group)
    assert client.post(address, posted).status_code == 302
    assert JoinRequest.objects.get().organisation == cast.group


@pytest.mark.parametrize("state", sorted(Proposal.State.values))
def test_joining_and_support_are_open_in_the_states_that_say_so(cast, state):
    proposal = make.ProposalFactory(city=cast.city, state=state)
    open_states = {"under_review", "needs_changes", "in_consultation", "codesign"}
    for act, states in (
        (lambda: ask_to_join(proposal, cast.carlo, "Io"), open_states),
        (lambda: set_support(proposal, cast.carlo, True), open_states | {"awaiting_approval", "approved"}),
    ):
        try:
            act()
            assert state in states
        except (NotPossible, Proposal.DoesNotExist):
            assert state not in states


def test_support_is_counted_and_its_people_are_not_named(client, cast, a_proposal):
    proposal = a_proposal("under_review")
    address = reverse("support", args=["torino", proposal.uid])
    assert client.post(address).status_code == 302 and not Support.objects.exists()
    for user in (cast.carlo, cast.dora, cast.carlo):
        client.force_login(user)
        assert client.post(address, {"on": "1"})["Location"].endswith("#support")
    client.logout()
    seen = english(client, proposal)
    assert "<strong>2</strong> people support it" in seen and "Carlo" not in seen and "Dora" not in seen
    client.force_login(cast.carlo)
    client.post(address, {"on": "0"})
    assert Support.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hundred_supports_at_once_by_one_person_are_one(cast, a_proposal):
    proposal = a_proposal("under_review")

    def click(_n):
        set_support(proposal, cast.carlo, True)
        set_follow(proposal.uid, cast.carlo, True)
        connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(click, range(100)))
    assert (Support.objects.count(), Follow.objects.count()) == (1, 1)


def test_any_public_record_can_be_followed_and_let_go(client, cast, a_proposal):
    records = [
        a_proposal("under_review"), make.PactFactory(), make.BuildingFactory(), make.HouseFactory(), cast.group,
        make.NeighbourhoodFactory(),
    ]  # fmt: skip
    address = reverse("follow", args=[records[0].uid])
    assert client.post(address).status_code == 302 and not Follow.objects.exists()
    client.force_login(cast.carlo)
    for record in records:
        client.post(reverse("follow", args=[record.uid]), {"on": "1"})
    assert Follow.objects.filter(user=cast.carlo).count() == len(records)
    seen = client.get("/me/").content.decode()
    assert all(record.name in seen for record in records)
    type(records[1]).objects.filter(pk=records[1].pk).update(visibility="hidden")
    assert records[1].name not in client.get("/me/").content.decode()
    assert client.post(reverse("follow", args=[records[1].uid]), {"on": "0"}).status_code == 302
    assert Follow.objects.filter(user=cast.carlo).count() == len(records) - 1


def test_the_office_of_another_city_hears_of_no_request(cast, a_proposal):
    other = make.CityFactory(slug="latina")
    Grant.objects.create(user=cast.dora, role=Role.STAFF, city=other)
    proposal = a_proposal("under_review")
    ask_to_join(proposal, cast.carlo, "Io")
    assert not Message.objects.filter(user=cast.dora).exists()
