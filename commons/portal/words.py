"""When and where an event is, in words, as an entry of a calendar, and as a message to those who follow it."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commons.gather.calendar import Entry
from commons.gather.limits import in_city, moment_words
from commons.models import Event, Follow
from neighbourhoods.vocabulary import Visibility
from people.outbox import tell_all

TIME_AND_PLACE = {"starts_at", "ends_at", "house", "building", "online", "address", "coordinates"}


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


def tell_moved(event: Event, changed: Iterable[str], by: Any) -> None:
    """Tells those who follow a public event at once when its time or place changed; not whoever moved it."""
    if TIME_AND_PLACE.isdisjoint(changed):
        return
    follows = Follow.objects.at_once().filter(uid=event.uid, city=None).exclude(user=by)
    hearers = [] if event.example else [one.user for one in follows.select_related("user")]
    for language, some in groupby(sorted(hearers, key=lambda one: one.language), key=lambda one: one.language):
        with override(language), timezone.override(ZoneInfo(event.city.time_zone)):
            words = {"record": event, "city": event.city, "when": when(event), "where": where(event)}
        key = f"event_moved:{event.uid}:{event.updated_at:%Y%m%d%H%M%S}"
        tell_all(some, "event_moved", key, words, reverse("record", args=[event.uid]))
