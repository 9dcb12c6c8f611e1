"""Deadlines of a city's procedure: days that its profile gives, or none. What is not set is not shown, nor reckoned."""

from datetime import date, timedelta

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
