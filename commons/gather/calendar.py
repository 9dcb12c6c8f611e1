"""The co-design meetings of a proposal as a calendar (RFC 5545) that a phone can subscribe to."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from commons.gather.story import reached, sessions_of
from commons.models import CoDesignSession, Proposal, Step

USUAL_LENGTH = timedelta(hours=2)
LONGEST_LINE = 73  # octets, less the break and the blank that continues it


def written(record: Proposal, alias: str) -> str:
    """The public meetings, those called off as such; no meetings before co-design has begun."""
    been = reached(list(Step.objects.using(alias).filter(proposal=record.pk)))
    meetings = sessions_of(record, alias) if Proposal.State.CODESIGN in been else []
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Mappa Comune//sessions//IT"]
    for meeting in meetings:
        lines += event(record, meeting)
    return "".join(f"{fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def event(record: Proposal, meeting: CoDesignSession) -> list[str]:
    where = ", ".join(filter(None, [meeting.open_house.name if meeting.open_house else "", meeting.where]))
    return [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}",
        f"DTSTAMP:{stamp(timezone.now())}",
        f"DTSTART:{stamp(meeting.starts_at)}",
        f"DTEND:{stamp(meeting.starts_at + USUAL_LENGTH)}",
        f"SUMMARY:{escaped(record.name)}",
        *([f"LOCATION:{escaped(where)}"] if where else []),
        f"URL:{settings.SITE_URL}{record.get_absolute_url()}",
        f"STATUS:{'CANCELLED' if meeting.cancelled_at else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as the calendar writes it: what means something there is marked, and it stays one line."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def fold(line: str) -> str:
    """A long line in pieces of at most 75 octets, never inside a letter."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
