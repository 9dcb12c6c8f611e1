"""What each move and each deadline says, in both languages, and who hears it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from commons import notifications
from commons.clock import DEADLINES
from commons.lifecycle import MACHINES
from commons.models import (
    Call,
    CoDesignSession,
    Collaborator,
    Contribution,
    Dispute,
    Follow,
    JoinRequest,
    Pact,
    Proposal,
    Step,
)
from people.models import Grant, Message
from people.outbox import compose
from people.roles import Role
from tests import factories as make
from tests.conftest import counted
from tests.source import ROOT

pytestmark = pytest.mark.django_db
NAME = 'Orto "in cortile" {{ 1 }}'
MOVES = [(machine, move) for machine, moves in MACHINES.items() for move in moves]
DAY = date(2026, 12, 8)


def record_of(machine, state):
    if machine == "pact":
        days = dict.fromkeys(["ends_on", "starts_on", "review_on", "report_due"], DAY)
        return Pact(name=NAME, state=state, **days)
    return Proposal(
        name=NAME, state=state, receipt="TOR-2026-00001", review_due=DAY, reply_by=DAY, redirected_to="il Verde",
        comments_close_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(("machine", "move"), MOVES, ids=lambda one: getattr(one, "name", one))
def test_every_move_has_words_with_the_name_the_state_and_the_reason(machine, move, language):
    state = "active" if move.target == "*" else move.target
    record = record_of(machine, state)
    step = Step(move=move.name, target_state=state, note="Perché {% now %} no.")
    for kind in {f"{machine}_{move.name}", f"{machine}_{move.name}_office"}:
        subject, text = compose(kind, language, {"record": record, "move": move, "step": step})
        with translation.override(language):
            assert NAME in subject and record.get_state_display() in text
        assert NAME in text and "Perché {% now %} no." in text
        assert "  " not in text and "None" not in text and "\n\n\n" not in text


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("deadline", DEADLINES, ids=lambda one: one.kind)
def test_every_deadline_has_words_of_its_own(deadline, language):
    record = record_of(deadline.model.machine, deadline.states[0])
    subject, text = compose(deadline.kind, language, {"record": record})
    assert NAME in subject and NAME in text and "None" not in text
    assert (ROOT / "templates" / "email" / f"{deadline.kind}.txt").exists()


def test_every_move_that_tells_somebody_has_a_text_of_its_own():
    for machine, move in MOVES:
        assert not move.tells or (ROOT / "templates" / "email" / f"{machine}_{move.name}.txt").exists(), move.name


@pytest.fixture
def cast(db):
    """Alice proposes, Bruno is co-author, Carla follows, Sara is of the office, Ada the architect of the area."""
    area = make.NeighbourhoodFactory()
    proposal = make.ProposalFactory(city=area.city, state="in_consultation", name="Orto")
    proposal.refresh_from_db()
    names = ("alice", "bruno", "carla", "sara", "ada", "rosa")
    people = {name: make.UserFactory(username=name, display_name=name.title(), language="en") for name in names}
    proposal.author, proposal.reviewer = people["alice"], people["rosa"]
    proposal.save()
    Collaborator.objects.create(
        proposal=proposal, user=people["bruno"], part="coauthor", state="accepted", key="b", email="b@example.org"
    )
    Follow.objects.create(user=people["carla"], uid=proposal.uid)
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=area.city)
    Grant.objects.create(user=people["ada"], role=Role.ARCHITECT, city=area.city, territory=area)
    return type("Cast", (), people | {"proposal": proposal, "city": area.city})


def told(kind):
    found = Message.objects.filter(kind=kind)
    return sorted(message.user.username if message.user else message.email for message in found)


def test_a_submission_is_a_receipt_for_the_proposers_and_a_task_for_the_office(cast):
    step = cast.proposal.steps.first()
    step.actor = cast.alice
    move = next(move for machine, move in MOVES if move.name == "submit")
    notifications.announce(cast.proposal, move, step)
    assert told("proposal_submit") == ["alice", "bruno"]
    assert told("proposal_submit_office") == ["ada", "sara"]


def test_who_moves_it_is_not_told_and_statements_do_not_grow_with_the_followers(cast):
    move = next(move for machine, move in MOVES if move.name == "open_consultation")
    costs = []
    assert cast.proposal.city and cast.proposal.comments_close_at is None
    for number in (1, 40):
        users = [make.User(username=f"f{number}-{n}", email=f"f{number}-{n}@example.org") for n in range(number)]
        users = make.User.objects.bulk_create(users)
        Follow.objects.bulk_create([Follow(user=user, uid=cast.proposal.uid) for user in users])
        step = Step(pk=number, move=move.name, actor=cast.alice)
        with counted() as statements:
            notifications.announce(cast.proposal, move, step)
        costs.append(len(statements))
    assert costs[0] == costs[1] < 20
    assert "alice" not in told("proposal_open_consultation") and len(told("proposal_open_consultation")) == 48


@pytest.mark.parametrize(("name", "read"), [("send_back", False), ("withdraw", False), ("reject", True)])
def test_followers_read_a_reason_only_where_everybody_may(cast, name, read):
    move = next(move for machine, move in MOVES if move.name == name)
    notifications.announce(cast.proposal, move, Step(pk=1, move=name, note="Tra noi."))
    follower, proposer = (Message.objects.get(user=user) for user in (cast.carla, cast.alice))
    assert ("Tra noi." in follower.text) is read and "Tra noi." in proposer.text


def test_followers_of_what_is_not_public_hear_nothing(cast):
    Proposal.objects.filter(pk=cast.proposal.pk).update(visibility="hidden")
    assert notifications.followers(cast.proposal) == []
    assert notifications.reviewer(cast.proposal) == [cast.rosa]


def test_a_comment_goes_to_the_proposers_and_one_that_waits_to_the_office(cast):
    values = {"proposal": cast.proposal, "author": cast.bruno, "text": "Bello {{ 1 }}"}
    shown = Contribution.objects.create(**values)
    notifications.commented(shown)
    assert told("comment") == ["alice"] and "Bello {{ 1 }}" in Message.objects.get().text
    notifications.commented(Contribution.objects.create(**values, moderation="waiting"))
    notifications.commented(Contribution.objects.create(**values, moderation="hidden"))
    assert told("comment") == ["alice"] and told("comment_waiting") == ["ada", "sara"]


def test_a_request_to_join_reaches_proposers_and_office_and_is_answered(cast):
    request = JoinRequest.objects.create(proposal=cast.proposal, user=cast.carla, message="Porto la zappa.")
    notifications.asked_to_join(request)
    assert told("join_request") == ["alice", "bruno", "sara"]
    assert "Porto la zappa." in Message.objects.first().text
    request.state = "accepted"
    request.save()
    notifications.join_answered(request)
    assert told("join_answer") == ["carla"] and notifications.joined(cast.proposal) == [cast.carla]
    assert "Accepted" in Message.objects.get(kind="join_answer").text


def test_a_session_invites_and_its_minutes_are_told(cast):
    moment = timezone.now() + timedelta(days=3)
    session = CoDesignSession.objects.create(proposal=cast.proposal, starts_at=moment, where="Cascina")
    notifications.session_called(session)
    notifications.session_called(session)
    assert told("session_invitation") == ["alice", "bruno", "carla"]
    assert "Cascina" in Message.objects.first().text
    session.starts_at += timedelta(days=1)
    notifications.session_called(session)
    assert len(told("session_invitation")) == 6
    notifications.session_told(session)
    assert told("session_minutes") == ["alice", "bruno", "carla"]


def test_a_disagreement_is_told_to_the_parties_and_the_office(cast):
    dispute = Dispute.objects.create(
        proposal=cast.proposal, subject="Orari", opened_on=date(2026, 1, 1), opinion_due=DAY
    )
    notifications.disputed(dispute)
    assert told("dispute") == ["alice", "bruno", "sara"]
    assert "8 December 2026" in Message.objects.first().text


def test_each_audience_is_led_to_a_page_of_its_own(cast):
    public = cast.proposal.get_absolute_url()
    assert notifications.page_of(cast.proposal, "followers", "proposal_approve") == public
    for audience in ("office", "proposers"):
        assert cast.proposal.uid in notifications.page_of(cast.proposal, audience, "proposal_approve")
    pact = Pact.objects.create(city=cast.city, name="Patto")
    assert pact.uid in notifications.page_of(pact, "parties", "report_due")


def test_a_pact_that_is_ready_is_told_to_those_who_sign(cast):
    pact = Pact.objects.create(city=cast.city, name="Patto")
    Proposal.objects.filter(pk=cast.proposal.pk).update(pact=pact)
    notifications.ready_to_sign(pact)
    assert told("pact_ready") == ["alice", "bruno", "sara"]


def test_a_call_has_words():
    call = Call(name="Avviso", state="open", opens_at=timezone.now(), closes_at=timezone.now())
    for kind in ("call_opened", "call_closed"):
        assert "Avviso" in compose(kind, "it", {"record": call})[1]
