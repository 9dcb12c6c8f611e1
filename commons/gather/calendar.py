"""Meetings and deadlines as a calendar (RFC 5545) that a phone can subscribe to.

An event keeps its identifier for ever; its sequence grows with every change of the record it is about, and what was
called off stays in the calendar as such, so that it goes from the phone too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from icalendar import Calendar, Event

from commons.gather.story import reached, sessions_of
from commons.models import CoDesignSession, Proposal, Step

USUAL_LENGTH = timedelta(hours=2)
OFTEN_ENOUGH = timedelta(hours=6)  # how often a calendar may ask again
FIRST = datetime(2020, 1, 1, tzinfo=UTC)  # sequences count the seconds since


@dataclass(frozen=True)
class Entry:
    """One event: a moment with its end, or a whole day. `changed` is the last change of what it is about."""

    uid: str
    summary: str
    starts: datetime | date
    changed: datetime
    path: str
    where: str = ""
    off: bool = False
    until: datetime | None = None

    @property
    def ends(self) -> datetime | date:
        return self.until or self.starts + (USUAL_LENGTH if isinstance(self.starts, datetime) else timedelta(days=1))


def written(record: Proposal, alias: str) -> bytes:
    """The public meetings, those called off as such; no meetings before co-design has begun."""
    been = reached(list(Step.objects.using(alias).filter(proposal=record.pk)))
    meetings = sessions_of(record, alias) if Proposal.State.CODESIGN in been else []
    return calendar_of(record.name, record.city, [entry_of(record, meeting) for meeting in meetings])


def entry_of(record: Proposal, meeting: CoDesignSession) -> Entry:
    """A meeting of a public proposal. `open_house` is the house it is held in, when everybody may know it."""
    where = ", ".join(filter(None, [meeting.open_house.name if meeting.open_house else "", meeting.where]))
    return Entry(
        uid=meeting.uid, summary=record.name, starts=meeting.starts_at, changed=meeting.updated_at,
        path=f"{record.get_absolute_url()}#sessions", where=where, off=bool(meeting.cancelled_at),
    )  # fmt: skip


def calendar_of(name: str, city: Any, entries: Iterable[Entry]) -> bytes:
    """A whole calendar, the same bytes for the same entries."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Mappa Comune//{city.slug}//{(get_language() or 'it').upper()}")
    calendar.add("method", "PUBLISH")
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", OFTEN_ENOUGH, parameters={"VALUE": "DURATION"})
    for entry in sorted(entries, key=lambda one: one.uid):
        calendar.add_component(event(entry))
    return calendar.to_ical()


def event(entry: Entry) -> Event:
    said = Event()
    changed = entry.changed.astimezone(UTC).replace(microsecond=0)
    timed = isinstance(entry.starts, datetime)
    said.add("uid", entry.uid)
    said.add("dtstamp", changed)
    said.add("last-modified", changed)
    said.add("sequence", max(0, int((changed - FIRST).total_seconds())))
    said.add("dtstart", entry.starts.astimezone(UTC) if timed else entry.starts)
    said.add("dtend", entry.ends.astimezone(UTC) if timed else entry.ends)
    said.add("summary", one_line(entry.summary))
    if entry.where:
        said.add("location", one_line(entry.where))
    said.add("url", settings.SITE_URL + entry.path)
    said.add("status", "CANCELLED" if entry.off else "CONFIRMED")
    said.add("transp", "OPAQUE" if timed else "TRANSPARENT")
    return said


def one_line(text: str) -> str:
    """A text without line ends and control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
