"""`advance()` is the only way a state changes; the table says who may, and the database refuses every other door."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from commons.lifecycle import MACHINES, find_move, leads, way_of
from commons.models import Call, FormalAct, Pact, Proposal, Report, Step
from commons.models.moving import permit, record_states
from commons.refusals import NotAllowed, NotPossible, Refused
from people.models import Grant, Message
from people.roles import ROLES, Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    """Alice proposes, Sara is of the office, Rita records decisions, Carlo is a resident."""
    city = make.CityFactory()
    people = {name: make.UserFactory(username=name) for name in ("alice", "sara", "rita", "carlo")}
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    Grant.objects.create(user=people["rita"], role=Role.RECORDER, city=city)
    return type("Cast", (), people | {"city": city})


def draft(cast, **also):
    values = {
        "city": cast.city, "author": cast.alice, "name": "Orto in cortile", "description": "Un orto", "aims": "Verde",
        "contact_name": "Alice", "contact_email": "alice@example.org", "place": make.point(), "no_resources": True,
        "duration_months": 24, "consent_at": timezone.now(),
    } | also  # fmt: skip
    return Proposal.objects.create(**values)


def under_review(cast):
    proposal = draft(cast)
    proposal.advance("submit", by=cast.alice)
    proposal.advance("take_up", by=cast.sara, reviewer=cast.sara, review_due=cast.city.today())
    return proposal


def test_a_proposal_goes_its_way_to_a_signed_pact_step_by_step(cast):
    proposal = under_review(cast)
    assert proposal.receipt.startswith("TOR-") and proposal.receipt.endswith("-00001")
    now = timezone.now()
    proposal.advance(
        "open_consultation", by=cast.sara, comments_open_at=now, comments_close_at=now + timedelta(days=30)
    )
    proposal.advance("start_codesign", by=cast.sara)
    proposal.sessions.create(starts_at=now, minutes="Ci siamo visti.", attendance=12)
    proposal.advance(
        "to_approval", by=cast.sara, final_text="Testo", budget="0 €", indicators="Ore di apertura", risks="Polizza"
    )
    FormalAct.objects.create(city=cast.city, proposal=proposal, body="giunta", number="12/2026", date=cast.city.today())
    proposal.advance("approve", by=cast.rita)
    assert [step.target_state for step in proposal.steps.all()] == [
        "submitted", "under_review", "in_consultation", "codesign", "awaiting_approval", "approved"
    ]  # fmt: skip
    assert Message.objects.filter(user=cast.alice).count() == 6


def test_what_is_missing_is_said_and_nothing_is_written(cast):
    proposal = draft(cast, aims="", contact_email="", place=None, no_resources=False, consent_at=None)
    with pytest.raises(Refused) as refusal:
        proposal.advance("submit", by=cast.alice)
    assert [one.field for one in refusal.value.missing] == [
        "contact_email", "place", "aims", "resources", "consent_at"
    ]  # fmt: skip
    assert refusal.value.status == 400
    proposal.refresh_from_db()
    assert (proposal.state, proposal.receipt, Step.objects.count(), Message.objects.count()) == ("draft", None, 0, 0)


def test_a_reason_must_be_written_where_the_table_asks_for_one(cast):
    proposal = under_review(cast)
    with pytest.raises(Refused):
        proposal.advance("reject", by=cast.sara, note="  ")
    assert proposal.advance("reject", by=cast.sara, note="Il muro non regge.").note == "Il muro non regge."


def test_a_step_that_does_not_lead_from_here_is_refused(cast):
    proposal = draft(cast)
    with pytest.raises(NotPossible) as refusal:
        proposal.advance("approve", by=cast.rita)
    assert refusal.value.status == 409
    with pytest.raises(KeyError):
        proposal.advance("fly", by=cast.rita)


def test_a_resident_may_not_judge_and_nobody_judges_their_own(cast):
    proposal = under_review(cast)
    with pytest.raises(NotAllowed) as refusal:
        proposal.advance("reject", by=cast.carlo, note="No")
    assert refusal.value.status == 403
    Grant.objects.create(user=cast.alice, role=Role.STAFF, city=cast.city)
    with pytest.raises(NotAllowed):
        proposal.advance("reject", by=cast.alice, note="No")


def test_a_field_that_is_not_the_moves_own_is_refused(cast):
    proposal = draft(cast)
    with pytest.raises(Refused):
        proposal.advance("submit", by=cast.alice, visibility="hidden")


def test_text_is_public_only_from_the_state_that_opens_it(cast):
    proposal = under_review(cast)
    assert Proposal.objects.public().filter(pk=proposal.pk).exists() and not proposal.text_public
    early = draft(cast)
    early.advance("submit", by=cast.alice)
    early.advance("withdraw", by=cast.alice, note="Ci abbiamo ripensato.")
    assert not Proposal.objects.public().filter(pk=early.pk).exists()


def test_the_database_refuses_every_other_door(cast):
    proposal, pact = under_review(cast), Pact.objects.create(city=cast.city, name="Patto")
    step = proposal.steps.first()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        doors = [
            lambda: Proposal.objects.filter(pk=proposal.pk).update(state="approved"),
            lambda: Pact.objects.filter(pk=pact.pk).update(state="signed"),
            lambda: Pact.objects.create(city=cast.city, name="Un altro", state="signed"),
            lambda: cursor.execute("UPDATE commons_pact SET state = 'signed'"),
            lambda: pact.steps.create(move="sign", source_state="to_sign", target_state="signed", role="staff"),
            lambda: Step.objects.filter(pk=step.pk).update(target_state="approved"),
            lambda: Step.objects.filter(pk=step.pk).delete(),
            lambda: record_states(Pact, [forged(cast).pk]),
        ]
        for door in doors:
            with pytest.raises(Error), transaction.atomic():
                door()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert not Pact.objects.exclude(state="to_sign").exists()


def forged(cast):
    """A pact made signed, without a source."""
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
    return Pact.objects.create(city=cast.city, name="Falso", state="signed")


def test_a_step_that_is_not_legal_is_refused_even_of_one_who_says_advance(cast):
    pact = Pact.objects.create(city=cast.city, name="Patto")
    with pytest.raises(Error), transaction.atomic():
        permit()
        pact.steps.create(move="sign", source_state="active", target_state="signed", role="staff")
    with pytest.raises(Error), transaction.atomic():
        permit()
        pact.steps.create(move="end", source_state="to_sign", target_state="expired", role="staff")


def test_a_register_records_what_has_a_source_and_again_when_it_changes(cast):
    pact = make.PactFactory(state="active")
    assert [step.move for step in pact.steps.all()] == ["recorded"]
    Pact.objects.filter(pk=pact.pk).update(state="expired")
    assert record_states(Pact, [pact.pk]) == 1
    assert record_states(Pact, [pact.pk]) == 0
    assert [(s.source_state, s.target_state) for s in pact.steps.all()] == [("", "active"), ("active", "expired")]


def test_every_move_names_states_roles_and_requirements_that_exist():
    from commons.requirements import REQUIREMENTS

    for machine, moves in MACHINES.items():
        model = {"proposal": Proposal, "pact": Pact}[machine]
        states = {*model.State.values, "", "*"}
        for move in moves:
            assert {*move.sources, move.target} <= states, move
            assert set(move.by) <= set(ROLES) and set(move.needs) <= set(REQUIREMENTS), move
            assert all(hasattr(model, name) for name in move.fields), move
        assert find_move(machine, moves[0].name) is moves[0]


def test_a_profile_chooses_the_order_and_leaves_steps_out():
    reggio = {"procedure": {"way": ["submitted", "under_review", "codesign", "in_consultation", "awaiting_approval"]}}
    way = way_of(reggio, "complex")
    assert leads(find_move("proposal", "start_codesign"), "under_review", way)
    assert not leads(find_move("proposal", "open_consultation"), "under_review", way)
    assert leads(find_move("proposal", "open_consultation"), "codesign", way)
    assert way_of({}, "ordinary") == way_of({}, "complex")


def test_what_is_open_to_a_person_follows_from_what_they_are(cast):
    proposal = under_review(cast)
    assert {move.name for move in proposal.open_to(cast.alice)} == {"withdraw"}
    assert {move.name for move in proposal.open_to(cast.sara)} >= {"ask_changes", "reject", "redirect"}
    assert proposal.open_to(cast.carlo) == []


def test_a_call_is_announced_open_and_closed_by_its_dates_once_it_is_published():
    now = timezone.now()
    call = Call(state="announced", opens_at=now, closes_at=now + timedelta(hours=1))
    assert call.due_state(now - timedelta(seconds=1)) == "announced"
    assert (call.due_state(now), call.due_state(call.closes_at)) == ("open", "closed")
    assert Call(state="preparing").due_state(now) == "preparing"
    assert len(Call().missing()) == 6


def test_income_without_a_word_on_how_it_was_put_back_is_flagged():
    assert Report(income=10).unexplained_income()
    assert not Report(income=10, reinvestment="Nuove sedie").unexplained_income()
    assert not Report().unexplained_income()
