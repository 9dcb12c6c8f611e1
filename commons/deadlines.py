"""Deadlines of a city's procedure: days that its profile gives, or none. What is not set is not shown, nor reckoned.

`due()` reckons one; `proposed()` says what a form of the desk begins with, and by which rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from neighbourhoods.models import City

DEADLINES = ("reply", "notice", "review", "act", "conciliation")


def due(city: City, what: str, start: date) -> date | None:
    """The last day of a term that began on `start` and is counted from the day after; None where the profile sets none.

    `what` is one of DEADLINES; KeyError for any other, so that a wrong name is not taken for "no deadline".
    """
    if what not in DEADLINES:
        raise KeyError(f"no deadline {what!r}; there are {', '.join(DEADLINES)}")
    days = city.profile.get("procedure", {}).get("deadlines", {}).get(what)
    return start + timedelta(days=days) if days is not None else None


def years(city: City) -> int | None:
    """How long a pact lasts at most here; None where the profile does not say."""
    return city.profile.get("procedure", {}).get("deadlines", {}).get("years")


@dataclass(frozen=True)
class Proposed:
    """A day, or moment, that a form begins with, and the rule it comes from in words. None where only the rule is
    known."""

    value: date | datetime | None
    why: str


def proposed(record: Any, step: str) -> dict[str, Proposed]:
    """What the forms of this move or deed begin with, by field: from the city's terms, and from nothing else."""
    return PROPOSED[step](record) if step in PROPOSED else {}


def days_from_today(record: Any, field: str, what: str, words: Callable[[int], str]) -> dict[str, Proposed]:
    today = record.city.today()
    day = due(record.city, what, today)
    return {field: Proposed(day, words((day - today).days))} if day else {}


def review(record: Any) -> dict[str, Proposed]:
    """By when the review is due; of an ordinary proposal the answer has a term of its own, from the submission."""

    def words(days: int) -> str:
        said = ngettext(
            "%(n)d day from today: the city's term for a review.",
            "%(n)d days from today: the city's term for a review.",
            days,
        ) % {"n": days}
        answer = due(record.city, "reply", record.submitted_on) if record.submitted_on else None
        if not answer:
            return said
        return said + " " + _("An ordinary proposal is answered by %(day)s.") % {"day": f"{answer:%d/%m/%Y}"}

    return days_from_today(record, "review_due", "review", words)


def consultation(record: Any) -> dict[str, Proposed]:
    """Comments open now and close at the end of the last day of the notice, by the clocks of the city."""
    zone, found = ZoneInfo(record.city.time_zone), {}
    found["comments_open_at"] = Proposed(datetime.now(zone).replace(second=0, microsecond=0), "")
    today = record.city.today()
    if last := due(record.city, "notice", today):
        moment = datetime.combine(last, time(23, 59), tzinfo=zone)
        days = (last - today).days
        why = ngettext(
            "%(n)d day from today: the city's term of notice.",
            "%(n)d days from today: the city's term of notice.",
            days,
        )
        found["comments_close_at"] = Proposed(moment, why % {"n": days})
    return found


def next_report(record: Any) -> dict[str, Proposed]:
    """A year after the last one, or at the end of the pact when that comes before; none when it has come."""
    today, last = record.city.today(), record.report_due or record.city.today()
    ahead = a_year_after(last)
    while ahead <= today:
        ahead = a_year_after(ahead)
    if record.ends_on and record.ends_on < ahead:
        if record.ends_on <= today:
            return {"report_due": Proposed(None, _("It ends: no other report is due."))}
        return {"report_due": Proposed(record.ends_on, _("Its last day."))}
    return {"report_due": Proposed(ahead, _("A year after the last one. Leave it empty for none."))}


def a_year_after(day: date) -> date:
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def lasting(record: Any) -> dict[str, Proposed]:
    """When the pact starts, and how long it may last here."""
    found = {} if record.starts_on else {"starts_on": Proposed(record.city.today(), "")}
    if most := years(record.city):
        words = ngettext("Here it lasts at most %(n)d year.", "Here it lasts at most %(n)d years.", most)
        found["ends_on"] = Proposed(record.ends_on, words % {"n": most})
    return found


def dispute(record: Any) -> dict[str, Proposed]:
    def words(days: int) -> str:
        return ngettext(
            "%(n)d day from today: the city's term for a conciliation.",
            "%(n)d days from today: the city's term for a conciliation.",
            days,
        ) % {"n": days}

    opened = {"opened_on": Proposed(record.city.today(), "")}
    return opened | days_from_today(record, "opinion_due", "conciliation", words)


PROPOSED: dict[str, Callable[[Any], dict[str, Proposed]]] = {
    "take_up": review, "open_consultation": consultation, "accept_report": next_report, "start": lasting,
    "text": lasting, "dispute": dispute,
}  # fmt: skip
