"""What time changes by itself: `turn()` opens and closes calls, starts, asks and ends pacts, and reminds of deadlines.

Called every minute; what was missed is made up for, and nothing is done or told twice. Days are those of the city.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from commons.effects import suggest
from commons.models import Building, Call, Pact, Proposal, Step
from commons.models.following import Follow
from commons.models.reminders import Reminder
from commons.notifications import AUDIENCES, inform
from commons.refusals import NotAllowed, NotPossible, Refused
from neighbourhoods.models import City
from people.models import User
from people.outbox import tell_all
from people.roles import Role

log = logging.getLogger(__name__)
REPORT_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Deadline:
    """A day of a record that people are reminded of, `days` before it; -1: once when it is over."""

    kind: str
    model: type[Proposal] | type[Pact]
    states: tuple[str, ...]
    field: str
    days: tuple[int, ...]
    tells: tuple[str, ...]


ALIVE = ("active", "reporting")
DEADLINES = (
    Deadline("review_due", Proposal, ("under_review",), "review_due", (5,), ("reviewer", "office")),
    Deadline("review_late", Proposal, ("under_review",), "review_due", (-1,), ("reviewer", "office")),
    Deadline("reply_due", Proposal, ("needs_changes",), "reply_by", (5,), ("proposers",)),
    Deadline(
        "consultation_closing", Proposal, ("in_consultation",), "comments_close_at", (2,), ("proposers", "followers")
    ),
    Deadline("report_due", Pact, ALIVE, "report_due", (60, 30, 0), ("parties",)),
    Deadline("report_late", Pact, ("reporting",), "report_due", (-1,), ("parties",)),
    Deadline("pact_expiry", Pact, ALIVE, "ends_on", (180, 90, 30), ("parties", "office")),
    Deadline("pact_review", Pact, ("suspended",), "review_on", (0,), ("office",)),
)


def turn(city: City, now: datetime) -> int:
    """Does what is due in a city at a moment; returns how many calls and pacts have moved."""
    today = now.astimezone(ZoneInfo(city.time_zone)).date()
    moved = sum(attempt(turn_call, call, now) for call in due_calls(city, now))
    for name, pacts in due_pacts(city, today).items():
        moved += sum(attempt(take, pact, name) for pact in pacts)
    for deadline in DEADLINES:
        remind(city, deadline, today, now)
    return moved


def attempt(do: Callable[..., bool], record: Call | Pact | Proposal, *how: Any) -> bool:
    """Does one thing; what goes wrong with it is said in the log, stops no other, and is tried again next time."""
    try:
        return do(record, *how)
    except Exception:
        log.exception("The calendar failed at %s.", record.uid)
        return False


def due_calls(city: City, now: datetime) -> list[Call]:
    """Published calls whose state is not the one of the hour. A call with a later end opens again."""
    published = Call.objects.filter(city=city, opens_at__isnull=False, closes_at__isnull=False)
    calls = published.exclude(state=Call.State.PREPARING).filter(
        Q(opens_at__gt=now) & ~Q(state=Call.State.ANNOUNCED)
        | Q(opens_at__lte=now, closes_at__gt=now) & ~Q(state=Call.State.OPEN)
        | Q(closes_at__lte=now) & ~Q(state=Call.State.CLOSED)
    )
    return list(calls.select_related("city"))


@transaction.atomic
def turn_call(call: Call, now: datetime) -> bool:
    """Writes the state of the hour. A call that opens proposes a new use of its buildings: the office confirms."""
    locked = Call.objects.select_for_update(of=("self",)).select_related("city").get(pk=call.pk)
    before, locked.state = locked.state, locked.due_state(now)
    if before == locked.state:
        return False
    locked.save(update_fields=["state", "updated_at"])
    if before == Call.State.ANNOUNCED:
        for building in locked.buildings.all():
            suggest(building, Building.UseStatus.IN_REGENERATION, locked)
    hearers = {Call.State.OPEN: call_followers, Call.State.CLOSED: AUDIENCES["office"]}.get(locked.state)
    if hearers and not locked.example:
        key = f"call_{locked.state}:{locked.uid}:{locked.closes_at:%Y%m%d%H%M}"
        words, path = {"record": locked, "city": locked.city}, reverse("record", args=[locked.uid])
        kind = "call_opened" if locked.state == Call.State.OPEN else "call_closed"
        tell_all(hearers(locked), kind, key, words, path)
    return True


def call_followers(call: Call) -> list[User]:
    """Those who follow a public call, or one of its buildings."""
    if not Call.objects.public().filter(pk=call.pk).exists():
        return []
    uids = [call.uid, *call.buildings.values_list("uid", flat=True)]
    return list(
        User.objects.filter(pk__in=Follow.objects.at_once().filter(uid__in=uids).values("user"), is_active=True)
    )


def due_pacts(city: City, today: date) -> dict[str, QuerySet[Pact]]:
    """The pacts that the calendar moves, by the move, each read when the moves before it are made.

    A pact that only a register speaks of stays as the register has it.
    """
    steps = Step.objects.filter(pact=OuterRef("pk"))
    ours = Pact.objects.filter(city=city).filter(Exists(steps.exclude(move="recorded")))
    asked = steps.filter(move="open_report", at__date__gte=OuterRef("report_due") - REPORT_AHEAD)
    return {
        "start": ours.filter(state="signed", starts_on__lte=today),
        "end": ours.filter(state__in=ALIVE, ends_on__lt=today),
        "open_report": ours.filter(state="active", report_due__lte=today).exclude(Exists(asked)),
    }


def take(pact: Pact, name: str) -> bool:
    """Makes a move in the calendar's name; one that cannot be made is tried again next time."""
    try:
        pact.advance(name, clock=True)
    except (NotAllowed, NotPossible, Refused) as refusal:
        log.info("The calendar could not %s the pact %s: %s", name, pact.uid, refusal)
        return False
    return True


def remind(city: City, deadline: Deadline, today: date, now: datetime) -> None:
    """Tells of a deadline whoever was not told yet, of the nearest of its distances that is reached.

    An example is nobody's duty: it is not reminded of."""
    first, value, zone = deadline.days[0], deadline.field, ZoneInfo(city.time_zone)
    records = deadline.model.objects.filter(city=city, state__in=deadline.states, example=False)
    records = records.filter(**{f"{value}__isnull": False})
    if value.endswith("_at"):
        over = datetime.combine(today + timedelta(days=first + 1), time.min, tzinfo=zone)
        records = records.filter(**{f"{value}__gt": now, f"{value}__lt": over})
    else:
        records = records.filter(**{f"{value}__lte": today + timedelta(days=first)})
        records = records.filter(**{f"{value}__gte": today}) if first > 0 else records
    due = {}
    for record in records.select_related("city"):
        moment = getattr(record, value)
        day = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
        reached = [distance for distance in deadline.days if (day - today).days <= distance]
        if reached:
            due[f"{deadline.kind}:{min(reached)}:{record.uid}:{day}"] = record
    told = set(Reminder.objects.filter(key__in=due).values_list("key", flat=True))
    for key, record in due.items():
        if key not in told and not (deadline.kind == "report_due" and asked_today(record, today)):
            attempt(tell_once, record, deadline, key)


def asked_today(pact: Pact, today: date) -> bool:
    """Whether the calendar has just asked for the report: its message says the same as the reminder of the day."""
    asked = pact.steps.filter(move="open_report", role=Role.CLOCK, at__gte=pact.state_since)
    return pact.report_due == today and pact.state == "reporting" and asked.exists()


@transaction.atomic
def tell_once(record: Proposal | Pact, deadline: Deadline, key: str) -> bool:
    """Writes down that it is told, and tells it: both or neither, and one sender of two."""
    _reminder, new = Reminder.objects.get_or_create(key=key)
    if new:
        inform(record, deadline.kind, key, deadline.tells)
    return new
