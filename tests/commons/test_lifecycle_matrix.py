"""Every move × every role × every state, from the two tables and each city's profile."""

import pytest
from django.db import Error, connection, transaction

from commons.lifecycle import INITIAL, MACHINES, find_move, way_of
from commons.models import Pact, Proposal, Step
from commons.models.moving import permit
from commons.models.steps import Transition
from commons.refusals import Refused
from people.models import Message
from people.roles import Role
from tests.commons import stage

pytestmark = pytest.mark.django_db
# Each city's own way in the quick tests; in the drills those that differ from them by a step or by none.
CASES = [
    ("torino", "proposal", "complex"), ("torino", "pact", ""), ("reggio-emilia", "proposal", "ordinary"),
    *(pytest.param(*one, marks=pytest.mark.slow) for one in (
        ("torino", "proposal", "ordinary"), ("reggio-emilia", "proposal", "complex"), ("reggio-emilia", "pact", ""))),
]  # fmt: skip


def remembered(record, cast):
    """Role → all that this person is to the record, asked once; the calendar and an import are no persons."""
    return {
        role: {role} if role in {Role.CLOCK, Role.IMPORTER} else record.roles_of(person)
        for role, person in cast.people.items()
    }


@pytest.mark.parametrize("slug", ["torino", "reggio-emilia"])
@pytest.mark.parametrize("machine", MACHINES)
def test_each_person_of_the_stage_is_what_they_are_there_for(slug, machine):
    cast = stage.company(slug)
    found = remembered(getattr(stage, machine)(cast), cast)
    always = {Role.RESIDENT, Role.VISITOR}
    for role, roles in found.items():
        beside = {Role.MEMBER} if role == Role.REPRESENTATIVE else set()
        wanted = {role} | (set() if role in {Role.VISITOR, Role.CLOCK, Role.IMPORTER} else always) | beside
        if machine == "pact" and role == Role.COAUTHOR:
            wanted = always  # who helped to write a proposal is no party to the pact
        assert roles == wanted, role


@pytest.mark.parametrize(("slug", "machine", "complexity"), CASES)
def test_a_move_is_made_exactly_where_the_table_says_and_refused_with_a_reason_elsewhere(
    slug, machine, complexity, monkeypatch
):
    cast, model = stage.company(slug), stage.MODELS[machine]
    roles_of = remembered(getattr(stage, machine)(cast), cast)
    people = {cast.people[role].pk: roles for role, roles in roles_of.items()}
    monkeypatch.setattr(model, "roles_of", lambda record, user: people[user.pk])
    procedure, made, refused = cast.city.profile["procedure"], 0, 0
    for state in model.State.values:
        record = getattr(stage, machine)(cast, state, complexity=complexity)
        steps = Step.objects.count()
        for move in MACHINES[machine]:
            leads = stage.leads_by_the_table(move, state, procedure, complexity)
            for role, roles in roles_of.items():
                said = {"clock": True} if role == Role.CLOCK else {"by": cast.people[role]}
                wanted = stage.status_by_the_table(move, leads, roles)
                with transaction.atomic():
                    status, words = attempt(record, move, said)
                    transaction.set_rollback(status == 200)
                assert status == wanted, (move.name, state, role, words)
                assert words or status == 200
                made, refused = made + (status == 200), refused + (status != 200)
        assert Step.objects.count() == steps, "what is refused leaves nothing behind"
    assert made > 20 and refused > 1000


def attempt(record, move, said):
    try:
        step = record.advance(move.name, note="Perché sì.", **said)
    except Refused as refusal:
        return refusal.status, str(refusal)
    finally:
        state, record.state = record.state, type(record).objects.values_list("state", flat=True).get(pk=record.pk)
    last = record.steps.last()
    assert (step, record.state, step.target_state) == (last, move.target, move.target)
    record.state = state
    return 200, ""


@pytest.mark.parametrize("machine", MACHINES)
def test_a_record_without_what_a_move_needs_is_refused_with_a_sentence_for_each_thing(machine):
    cast, model = stage.company("torino"), stage.MODELS[machine]
    admin = cast.people[Role.ADMIN]
    for move in MACHINES[machine]:
        for state in set(move.sources) - {""}:
            also = {"author": cast.people[Role.PROPOSER]} if machine == "proposal" else {}
            bare = stage.settled(model.objects.create(city=cast.city, name="Nuda", source="tests", state=state, **also))
            if move not in bare.moves() or Role.IMPORTER in move.by:
                continue
            missing = bare.missing_for(move)
            by = admin if Role.ADMIN in move.by else cast.people[move.by[0]]
            wanted = {one.field for one in missing} | ({"note"} if move.note else set())
            assert all(one.words for one in missing)
            if wanted:
                with pytest.raises(Refused) as refusal:
                    bare.advance(move.name, by=by)
                assert (refusal.value.status, {one.field for one in refusal.value.missing}) == (400, wanted)


@pytest.mark.parametrize("slug", ["torino", "reggio-emilia"])
def test_the_whole_way_of_a_city_can_be_walked_in_its_order_and_in_no_other(slug):
    cast = stage.company(slug)
    one = stage.proposal(cast, source="", complexity="complex")
    names = {"submitted": "submit", "under_review": "take_up", "codesign": "start_codesign"}
    names |= {"in_consultation": "open_consultation", "awaiting_approval": "to_approval", "approved": "approve"}
    way = way_of(cast.city.profile, "complex")
    for target in way:
        for other in set(names) - {target}:
            if names[other] not in {"submit"}:
                with pytest.raises(Refused):
                    one.advance(names[other], by=cast.people[Role.ADMIN], note="Prova")
        by = cast.people[Role.PROPOSER if target == "submitted" else Role.ADMIN]
        one.advance(names[target], by=by)
    assert [target for _source, target in stage.history(one)] == list(way)


def test_the_database_holds_the_same_table_to_the_row():
    for machine, moves in MACHINES.items():
        wanted = {(m.name, source, m.target) for m in moves for source in m.sources if m.target != "*"}
        rows = Transition.objects.filter(machine=machine).exclude(move="recorded")
        assert set(rows.values_list("move", "source", "target")) == wanted


@pytest.mark.parametrize("machine", MACHINES)
def test_the_database_refuses_every_step_that_the_table_has_not_even_of_one_who_says_advance(machine):
    cast, model = stage.company("torino"), stage.MODELS[machine]
    legal = {(m.name, source, m.target) for m in MACHINES[machine] for source in m.sources}
    states = model.State.values
    refused = 0
    for state in states:
        record = stage.settled(model.objects.create(city=cast.city, name="Una", source="tests", state=state))
        for source in states:
            for target in states:
                move = next((n for n, s, t in legal if (s, t) == (source, target)), "submit")
                if source == state and (move, source, target) in legal:
                    continue
                with pytest.raises(Error), transaction.atomic():
                    permit()
                    record.steps.create(move=move, source_state=source, target_state=target, role="staff")
                refused += 1
    assert refused > len(states) ** 3 * 0.9


def test_a_refused_move_tells_nobody_and_a_made_one_tells_each_once():
    cast = stage.company("torino")
    one = stage.proposal(cast, source="")
    with pytest.raises(Refused):
        one.advance("submit", by=cast.people[Role.RESIDENT])
    assert not Message.objects.exists() and one.receipt is None
    one.advance("submit", by=cast.people[Role.PROPOSER])
    people = list(Message.objects.values_list("user__username", flat=True))
    assert sorted(people) == sorted(set(people)) and "torino-staff" in people


@pytest.mark.parametrize("model", [Proposal, Pact])
def test_a_new_record_starts_where_its_machine_starts(model):
    cast = stage.company("torino")
    assert model.objects.create(city=cast.city, name="Nuova").state == INITIAL[model.machine]
    assert find_move(model.machine, "recorded").by == (Role.IMPORTER,)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("machine", MACHINES)
def test_the_moves_that_are_offered_to_a_person_are_those_that_the_table_allows(machine):
    cast = stage.company("torino")
    record = getattr(stage, machine)(cast, "under_review" if machine == "proposal" else "active", complexity="complex")
    procedure = cast.city.profile["procedure"]
    for role in set(cast.people) - {Role.CLOCK, Role.IMPORTER}:
        roles = record.roles_of(cast.people[role])
        wanted = [
            move
            for move in MACHINES[machine]
            if stage.status_by_the_table(
                move, stage.leads_by_the_table(move, record.state, procedure, "complex"), roles
            )
            == 200
        ]
        assert record.open_to(cast.people[role]) == wanted, role
