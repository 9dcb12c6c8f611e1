"""Many movers at the same time, on connections of their own: no illegal history, no lost step, no double submit."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as thoroughness
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from commons.lifecycle import INITIAL, MACHINES, PROPOSAL_MOVES
from commons.models import Proposal, Step
from commons.models.offices import ReceiptCounter
from commons.refusals import NotAllowed, NotPossible, Refused
from neighbourhoods.models import City
from people.models import Message, User
from people.roles import Role
from tests.commons import stage
from tests.conftest import database_of_the_test

pytestmark = pytest.mark.django_db(transaction=True)
LEGAL = {machine: {(s, m.target) for m in moves for s in m.sources} for machine, moves in MACHINES.items()}
MOVERS = st.sampled_from((Role.ADMIN, Role.STAFF, Role.ARCHITECT, Role.RECORDER, Role.PROPOSER, Role.RESIDENT))
MOVES = st.sampled_from([move.name for move in PROPOSAL_MOVES])
IN_ONE_YEAR = range(1, 21)


@pytest.fixture
def cast(transactional_db):
    return stage.company("torino")


def mover(key, name, user):
    """A move as another process makes it: record and person are read anew."""
    return lambda: Proposal.objects.get(pk=key).advance(name, by=User.objects.get(pk=user), note="Insieme.")


def test_twenty_identical_submits_make_one_receipt_and_one_message_each(cast):
    one = stage.proposal(cast, source="")
    results = stage.at_once([mover(one.pk, "submit", cast.people[Role.PROPOSER].pk)] * 20)
    made = [result for result in results if isinstance(result, Step)]
    assert len(made) == 1 and all(isinstance(other, NotPossible) for other in results if other not in made)
    one.refresh_from_db()
    assert (one.receipt[-5:], stage.history(one)) == ("00001", [("draft", "submitted")])
    told = list(Message.objects.values_list("user", flat=True))
    assert len(told) == len(set(told)) and cast.people[Role.PROPOSER].pk in told
    assert ReceiptCounter.objects.get().last == 1


def test_twenty_submits_at_once_have_receipts_without_gaps_or_doubles(cast):
    drafts = [stage.proposal(cast, source="") for _ in IN_ONE_YEAR]
    results = stage.at_once([mover(one.pk, "submit", cast.people[Role.PROPOSER].pk) for one in drafts])
    assert all(isinstance(result, Step) for result in results), results
    receipts = Proposal.objects.filter(pk__in=[one.pk for one in drafts]).values_list("receipt", flat=True)
    assert sorted(int(receipt[-5:]) for receipt in receipts) == list(IN_ONE_YEAR)


def test_a_refused_submit_uses_up_no_number(cast):
    good, bad = stage.proposal(cast, source=""), [stage.proposal(cast, source="", aims="") for _ in range(9)]
    results = stage.at_once([mover(one.pk, "submit", cast.people[Role.PROPOSER].pk) for one in [*bad, good]])
    assert sum(isinstance(result, Step) for result in results) == 1
    assert Proposal.objects.get(pk=good.pk).receipt.endswith("-00001") and ReceiptCounter.objects.get().last == 1


def test_two_decisions_at_once_are_one_decision(cast):
    one = stage.proposal(cast, "under_review")
    staff, admin = cast.people[Role.STAFF].pk, cast.people[Role.ADMIN].pk
    results = stage.at_once([mover(one.pk, "reject", staff), mover(one.pk, "redirect", admin)] * 5)
    assert sum(isinstance(result, Step) for result in results) == 1
    assert len(stage.history(one)) == 2
    one.refresh_from_db()
    assert one.state == stage.history(one)[-1][1]


class Movers(RuleBasedStateMachine):
    """Three proposals, and rounds in which several people make moves at the same time."""

    cast = None

    @initialize()
    def begin(self):
        self.records = [stage.proposal(self.cast, source="") for _ in range(3)]
        self.steps = 0

    @rule(attempts=st.lists(st.tuples(st.integers(0, 2), MOVES, MOVERS), min_size=2, max_size=6))
    def everybody_moves(self, attempts):
        self.move([(self.records[which], name, role) for which, name, role in attempts])

    @rule(which=st.integers(0, 2), times=st.integers(2, 5), role=MOVERS, number=st.integers(0, 59))
    def the_same_move_several_times(self, which, times, role, number):
        """The number chooses among the moves of the moment: who of many was first is nothing a draw may depend on."""
        record = Proposal.objects.get(pk=self.records[which].pk)
        names = [move.name for move in record.moves()]
        if names:
            self.move([(record, names[number % len(names)], role)] * times)

    def move(self, attempts):
        results = stage.at_once([mover(one.pk, name, self.cast.people[role].pk) for one, name, role in attempts])
        strange = [result for result in results if not isinstance(result, Step | Refused)]
        assert not strange, strange
        self.steps += sum(isinstance(result, Step) for result in results)
        assert not [r for r in results if isinstance(r, NotAllowed) and not str(r)]

    @invariant()
    def every_history_is_legal_and_ends_where_the_record_is(self):
        for record in Proposal.objects.filter(pk__in=[one.pk for one in getattr(self, "records", [])]):
            at = INITIAL["proposal"]
            for source, target in stage.history(record):
                assert source == at and (source, target) in LEGAL["proposal"], stage.history(record)
                at = target
            assert record.state == at
            assert (record.receipt is not None) == (at != "draft")

    @invariant()
    def no_step_is_lost_and_none_is_told_twice(self):
        if hasattr(self, "records"):
            keys = [one.pk for one in self.records]
            assert Step.objects.filter(proposal__in=keys).count() == self.steps
            told = list(Message.objects.values_list("key", flat=True))
            assert len(told) == len(set(told))


def play(cast, examples, length):
    Movers.cast = cast
    check = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = thoroughness(
        max_examples=examples, stateful_step_count=length, deadline=None, database=None, suppress_health_check=check
    )
    run_state_machine_as_test(Movers, settings=how)


def test_movers_at_once_find_no_illegal_history(cast):
    play(cast, examples=3, length=6)


@pytest.mark.slow
def test_many_movers_at_once_find_no_illegal_history(cast):
    play(cast, examples=40, length=20)


WRITER = """
import os, sys
import django
django.setup()
from commons import effects
from commons.models import Proposal
from people.models import User
told = effects.announce
def slowly(*given):
    told(*given)
    if os.environ.get("STOP_INSIDE"):
        print("inside", flush=True)
        sys.stdin.readline()
effects.announce = slowly
by = User.objects.get(pk=int(sys.argv[1]))
for key in sys.argv[2:]:
    Proposal.objects.get(pk=int(key)).advance("submit", by=by)
    print(key, flush=True)
"""


def writer(cast, drafts, **environment):
    """A process of its own that submits one draft after the other and says each once it is stored."""
    environment |= {
        "DATABASE_URL": database_of_the_test(),
        "DJANGO_SETTINGS_MODULE": "mapping.settings",
    }
    keys = [str(cast.people[Role.PROPOSER].pk), *(str(one.pk) for one in drafts)]
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, *keys], cwd=Path(settings.BASE_DIR), env=os.environ | environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.slow
def test_a_writer_killed_in_the_middle_leaves_nothing_half_written(cast):
    one = stage.proposal(cast, source="")
    process = writer(cast, [one], STOP_INSIDE="yes")
    assert process.stdout.readline().strip() == "inside"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    one.refresh_from_db()
    assert (one.state, one.receipt, one.submitted_on) == ("draft", None, None)
    assert not (Step.objects.exists() or Message.objects.exists() or ReceiptCounter.objects.exists())
    one.advance("submit", by=cast.people[Role.PROPOSER])
    assert one.receipt.endswith("-00001")


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 5, 12])
def test_what_a_killed_writer_had_acknowledged_is_there(cast, after):
    drafts = [stage.proposal(cast, source="") for _ in range(25)]
    process = writer(cast, drafts)
    said = [int(process.stdout.readline()) for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    said += [int(line) for line in process.stdout]
    stored = {one.pk: one for one in Proposal.objects.filter(state="submitted")}
    assert set(said) <= set(stored) and len(stored) <= len(said) + 1
    numbers = sorted(int(one.receipt[-5:]) for one in stored.values())
    assert numbers == list(range(1, len(stored) + 1)) and ReceiptCounter.objects.get().last == len(stored)
    assert Step.objects.count() == len(stored)
    assert all(stage.history(one) == [("draft", one.state)] for one in stored.values())
    assert City.objects.count() == 1
