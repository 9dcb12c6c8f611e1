"""When and where an event is, in words, and as an entry of a calendar."""

from typing import Any

from django.utils.translation import gettext as _

from commons.gather.calendar import Entry
from commons.gather.limits import in_city, moment_words
from commons.models import Event
from neighbourhoods.vocabulary import Visibility


def when(event: Event) -> str:
    """ "on 2 March 2026 at 18:00, until 19:30", or with the day on which it ends, by the clocks of its city."""
    starts = moment_words(event.city, event.starts_at)
    if event.ends_at is None:
        return starts
    first, last = in_city(event.city, event.starts_at), in_city(event.city, event.ends_at)
    if first.date() == last.date():
        return _("%(start)s, until %(hour)s") % {"start": starts, "hour": f"{last:%H:%M}"}
    return _("%(start)s; it ends %(end)s") % {"start": starts, "end": moment_words(event.city, event.ends_at)}


def where(event: Event) -> str:
    """The house or the building when everybody may know it, the address, or the first stream of one only online."""
    streams = [stream.address for stream in event.streams.all()]
    if streams and event.place is None and not event.address:
        return streams[0]
    hosts = [one.name for one in (event.house, event.building) if one and one.visibility == Visibility.PUBLIC]
    there = [*hosts, event.address] if event.address not in hosts else hosts
    return ", ".join(filter(None, there))


def entry(event: Event) -> Entry:
    """The event as a phone keeps it; a cancelled one is called off."""
    return Entry(
        uid=event.uid, summary=event.name, starts=event.starts_at, until=event.ends_at, changed=event.updated_at,
        path=event.get_absolute_url(), where=where(event), off=event.status == Event.Status.CANCELLED,
    )  # fmt: skip


def told(event: Event) -> Any:
    """The event with its words, for a list."""
    event.when, event.where = when(event), where(event)
    return event
