"""What time changes by itself, on the days and at the hours of the city, once each, and late rather than never."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from commons import clock
from commons.clock import turn
from commons.models import Call, FormalAct, Pact, Proposal
from commons.models.reminders import Reminder
from neighbourhoods import models as places
from people.models import Grant, Membership, Message
from people.roles import Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """`at("2026-10-25T01:30", city)`: the calendar of a city at a moment of UTC, by every clock of the program."""

    def run(moment, city):
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return now.astimezone(tz)

        monkeypatch.setattr(places, "datetime", Clock)
        monkeypatch.setattr(timezone, "now", lambda: now)
        return turn(city, now)

    return run


@pytest.fixture
def cast(db):
    """Alice speaks for the group that signs, Sara is of the office, Rosa reviews."""
    city, group = make.CityFactory(), make.OrganisationFactory()
    people = {name: make.UserFactory(username=name, language="en") for name in ("alice", "sara", "rosa")}
    Membership.objects.create(user=people["alice"], organisation=group, role="representative")
    Grant.objects.create(user=people["sara"], role=Role.STAFF, city=city)
    return type("Cast", (), people | {"city": city, "group": group})


def signed(cast, **days):
    """A pact signed here, by the office."""
    pact = Pact.objects.create(city=cast.city, name="Orto", text="Testo")
    FormalAct.objects.create(city=cast.city, pact=pact, body="giunta", number="1", date=date(2026, 1, 1))
    pact.signatures.create(side="civic", organisation=cast.group)
    pact.signatures.create(side="city", kind="public_body")
    pact.advance("sign", by=cast.sara, signed_on=date(2026, 1, 1))
    return change(pact, **days)


def change(record, **values):
    type(record).objects.filter(pk=record.pk).update(**values)
    record.refresh_from_db()
    return record


def active(cast, **days):
    pact = signed(cast, **{"starts_on": date(2026, 1, 1), "ends_on": date(2029, 12, 31)} | days)
    pact.advance("start", by=cast.sara)
    Message.objects.all().delete()
    return pact


def state(record):
    record.refresh_from_db()
    return record.state


def told(kind):
    found = Message.objects.filter(kind=kind).select_related("user")
    return sorted(message.user.username for message in found)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 10, 25), "2026-10-24T21:59:59", "2026-10-24T22:00:00"),  # the night on which summer time ends
        (date(2026, 10, 26), "2026-10-25T22:59:59", "2026-10-25T23:00:00"),
        (date(2027, 3, 28), "2027-03-27T22:59:59", "2027-03-27T23:00:00"),  # the night on which it begins
        (date(2027, 3, 29), "2027-03-28T21:59:59", "2027-03-28T22:00:00"),
    ],
)
def test_a_pact_starts_at_midnight_of_its_city(cast, at, day, before, after):
    pact = signed(cast, starts_on=day, ends_on=date(2029, 1, 1))
    assert at(before, cast.city) == 0 and state(pact) == "signed"
    assert at(after, cast.city) == 1 and state(pact) == "active"
    assert at(after, cast.city) == 0
    assert [(step.move, step.role, step.actor) for step in pact.steps.all()][-1] == ("start", "clock", None)
    assert told("pact_start") == ["alice"]


def test_a_pact_of_a_city_elsewhere_starts_by_its_own_clock(cast, at):
    cast.city.time_zone = "Pacific/Kiritimati"
    cast.city.save()
    pact = signed(cast, starts_on=date(2026, 6, 1), ends_on=date(2029, 1, 1))
    assert at("2026-05-31T09:59:59", cast.city) == 0
    assert at("2026-05-31T10:00:00", cast.city) == 1 and state(pact) == "active"


def test_a_pact_without_an_end_waits_and_stops_no_other(cast, at):
    waits, starts = (
        signed(cast, starts_on=date(2026, 6, 1), ends_on=None),
        signed(cast, starts_on=date(2026, 6, 1), ends_on=date(2028, 1, 1)),
    )
    assert at("2026-06-02T10:00", cast.city) == 1
    assert (state(waits), state(starts)) == ("signed", "active")


def test_a_pact_ends_when_its_last_day_is_over(cast, at):
    pact = active(cast, ends_on=date(2026, 10, 25))
    at("2026-10-25T22:59:59", cast.city)
    assert state(pact) == "active"
    at("2026-10-25T23:00:00", cast.city)
    assert state(pact) == "expired" and told("pact_end") == ["alice"]


def test_what_was_missed_is_made_up_for(cast, at):
    pact = signed(cast, starts_on=date(2026, 2, 1), ends_on=date(2026, 5, 1))
    for _ in range(3):
        at("2026-07-01T10:00", cast.city)
    assert [step.move for step in pact.steps.all()] == ["sign", "start", "end"]


def test_a_pact_that_only_a_register_speaks_of_stays_as_it_is_there(cast, at):
    pact = make.PactFactory(city=cast.city, state="active", ends_on=date(2020, 1, 1))
    assert at("2026-07-01T10:00", cast.city) == 0 and state(pact) == "active"


def test_the_report_is_asked_for_on_its_day_and_once(cast, at):
    pact = active(cast, report_due=date(2026, 12, 1))
    at("2026-11-30T22:59", cast.city)
    assert state(pact) == "active"
    at("2026-11-30T23:00", cast.city)
    at("2026-11-30T23:01", cast.city)
    assert state(pact) == "reporting" and told("pact_open_report") == ["alice"]
    pact.reports.create(
        period_start=date(2026, 1, 1), period_end=date(2026, 12, 1), state="checked", checked_at=timezone.now()
    )
    pact.advance("accept_report", by=cast.sara)
    at("2026-12-03T10:00", cast.city)
    assert state(pact) == "active"
    change(pact, report_due=date(2027, 12, 1))
    at("2027-12-01T10:00", cast.city)
    assert state(pact) == "reporting"


def test_the_report_is_reminded_of_sixty_thirty_and_no_days_before(cast, at):
    pact = active(cast, report_due=date(2026, 12, 1))
    for moment, count in [("2026-10-01", 0), ("2026-10-02", 1), ("2026-10-20", 1), ("2026-11-01", 2)]:
        at(f"{moment}T10:00", cast.city)
        at(f"{moment}T10:01", cast.city)
        assert len(told("report_due")) == count, moment
    pact.advance("open_report", by=cast.sara, report_due=date(2026, 12, 1))
    at("2026-12-01T10:00", cast.city)
    assert told("report_due") == ["alice"] * 3
    assert Reminder.objects.count() == 3


def test_a_reminder_that_was_missed_is_told_once_and_not_three_times(cast, at):
    active(cast, report_due=date(2026, 12, 1))
    at("2026-11-20T10:00", cast.city)
    assert told("report_due") == ["alice"]


def test_that_a_report_is_late_is_told_to_the_parties_only(cast, at):
    active(cast, report_due=date(2026, 12, 1))
    for _ in range(2):
        at("2026-12-02T10:00", cast.city)
    assert told("report_late") == ["alice"]


def test_the_end_is_reminded_of_half_a_year_before_and_again_when_it_is_moved(cast, at):
    pact = active(cast, ends_on=date(2026, 12, 1))
    at("2026-06-03T10:00", cast.city)
    assert told("pact_expiry") == []
    for moment in ("2026-06-04", "2026-09-02", "2026-11-01"):
        at(f"{moment}T10:00", cast.city)
    assert told("pact_expiry") == ["alice"] * 3 + ["sara"] * 3
    change(pact, ends_on=date(2027, 1, 1))
    at("2026-11-02T10:00", cast.city)
    assert len(told("pact_expiry")) == 8


def test_a_suspended_pact_is_looked_at_again_on_its_day(cast, at):
    pact = active(cast)
    pact.advance("suspend", by=cast.sara, note="Lavori", review_on=date(2026, 8, 1))
    at("2026-07-31T10:00", cast.city)
    assert told("pact_review") == []
    at("2026-08-01T10:00", cast.city)
    assert told("pact_review") == ["sara"]


def test_a_review_is_reminded_of_five_days_before_and_when_it_is_late(cast, at):
    proposal = make.ProposalFactory(city=cast.city, state="under_review")
    change(proposal, reviewer=cast.rosa, review_due=date(2026, 10, 25))
    at("2026-10-19T21:59", cast.city)
    assert told("review_due") == []
    at("2026-10-19T22:00", cast.city)
    at("2026-10-25T22:59", cast.city)
    assert told("review_due") == ["rosa", "sara"] and told("review_late") == []
    at("2026-10-25T23:00", cast.city)
    assert told("review_late") == ["rosa", "sara"]


def test_nobody_is_reminded_of_an_example(cast, at):
    late, day = make.ProposalFactory(city=cast.city, state="under_review"), date(2026, 10, 25)
    change(late, reviewer=cast.rosa, review_due=day, example=True)
    pact = change(active(cast, ends_on=day, report_due=day), example=True)
    at("2026-10-22T10:00", cast.city)
    at("2026-10-26T10:00", cast.city)
    assert state(pact) == "expired" and not Message.objects.exists()
    change(late, example=False)
    at("2026-10-27T10:00", cast.city)
    assert told("review_late") == ["rosa", "sara"]


def test_an_answer_that_is_awaited_is_reminded_of(cast, at):
    proposal = make.ProposalFactory(city=cast.city, state="needs_changes", proposers=[cast.group])
    change(proposal, reply_by=date(2026, 6, 10))
    at("2026-06-06T10:00", cast.city)
    assert told("reply_due") == ["alice"]


def test_the_end_of_the_comments_is_said_two_days_before_with_the_hour_of_the_city(cast, at):
    proposal = make.ProposalFactory(city=cast.city, state="in_consultation", proposers=[cast.group])
    change(proposal, comments_close_at=datetime(2026, 10, 26, 22, 59, tzinfo=UTC))
    at("2026-10-23T21:59", cast.city)
    assert told("consultation_closing") == []
    at("2026-10-23T22:00", cast.city)
    assert told("consultation_closing") == ["alice"]
    assert "until 26 October 2026 at 23:59" in Message.objects.get().text


def test_a_call_opens_and_closes_by_itself_and_its_buildings_are_on_the_way(cast, at):
    call = Call.objects.create(
        city=cast.city, name="Avviso", state="announced", opens_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        closes_at=datetime(2026, 11, 25, 11, 0, tzinfo=UTC),
    )  # fmt: skip
    building = make.BuildingFactory(city=cast.city)
    call.buildings.add(building)
    clock.Follow.objects.create(user=cast.alice, uid=building.uid)
    assert at("2026-10-25T00:29:59", cast.city) == 0 and state(call) == "announced"
    assert at("2026-10-25T00:30:00", cast.city) == 1 and state(call) == "open"
    assert at("2026-10-25T00:31:00", cast.city) == 0
    assert [(entry.use_status, entry.state) for entry in building.entries.all()] == [("in_regeneration", "proposed")]
    building.refresh_from_db()
    assert building.use_status == "disused"
    assert at("2026-11-25T11:00:00", cast.city) == 1 and state(call) == "closed"
    assert told("call_opened") == ["alice"] and told("call_closed") == ["sara"]
    change(call, closes_at=datetime(2026, 12, 25, 11, 0, tzinfo=UTC))
    assert at("2026-11-26T11:00:00", cast.city) == 1 and state(call) == "open"


def test_what_goes_wrong_with_one_stops_no_other(cast, at, monkeypatch):
    pacts = [active(cast, ends_on=date(2026, 12, 1)) for _ in range(2)]
    inform = clock.inform

    def broken(record, *rest, **words):
        if record == pacts[0]:
            raise RuntimeError
        return inform(record, *rest, **words)

    with monkeypatch.context() as patched:
        patched.setattr(clock, "inform", broken)
        at("2026-11-01T10:00", cast.city)
    assert Reminder.objects.count() == 1 and told("pact_expiry") == ["alice", "sara"]
    at("2026-11-01T10:01", cast.city)
    assert told("pact_expiry") == ["alice", "alice", "sara", "sara"]


def test_a_call_in_preparation_is_the_offices(cast, at):
    days = {"opens_at": datetime(2026, 1, 1, tzinfo=UTC), "closes_at": datetime(2026, 2, 1, tzinfo=UTC)}
    call = Call.objects.create(city=cast.city, name="Avviso", **days)
    assert at("2026-01-10T10:00", cast.city) == 0 and state(call) == "preparing"


def test_a_quiet_minute_costs_the_same_with_many_pacts(cast, at):
    from tests.conftest import counted

    costs = []
    for number in (1, 6):
        for _ in range(number):
            make.PactFactory(city=cast.city, state="active", ends_on=date(2026, 12, 1))
        at("2026-07-01T10:00", cast.city)
        with counted() as statements:
            at("2026-07-01T10:01", cast.city)
        costs.append(len(statements))
    assert costs[0] == costs[1] < 20


def test_tick_turns_every_city_and_sends_what_is_due(cast, capsys):
    today, ahead = cast.city.today(), timedelta(days=700)
    pact = signed(cast, starts_on=today, ends_on=today + ahead)
    call_command("tick")
    assert state(pact) == "active"
    assert Message.objects.exists() and not Message.objects.exclude(state="sent").exists()
    assert not Proposal.objects.exists()
