"""What the page of a house says of its rooms, its desks, what happens there, and what came of its help.

Everything is public and read on the given alias, in a number of statements that does not grow with what there is.
"""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from commons import functions
from commons.accompaniment import conversion
from commons.models import Attachment, Catchment, Event, House
from commons.opening import opening
from commons.portal.words import when

MOST = 20


def everybody(house: House, alias: str) -> dict[str, Any]:
    """For everybody's eyes."""
    spaces = list(house.spaces.using(alias))
    for one in spaces:
        one.said = functions.in_words(one.functions)
    desks, now = list(house.desks.using(alias)), timezone.now()
    for one in desks:
        one.opening = opening(one.opening_hours, house.city, now)
    return {
        "spaces": spaces,
        "desks": desks,
        "events": events_of(house, alias),
        "hosts": functions.in_words(house.hosts),
        "conversion": conversion(house, alias),
        "reach": Catchment.objects.using(alias).public().filter(house=house).defer("area", "label_point").first(),
    }


def events_of(house: House, alias: str) -> list[Event]:
    """What happens next in the house, or online from it, with streams and open papers."""
    papers = Attachment.objects.using(alias).filter(public=True, removed_at__isnull=True)
    found = Event.objects.using(alias).public().filter(house=house).coming().defer("place", "label_point", "shares")
    events = list(found.prefetch_related("streams", Prefetch("attachments", papers, to_attr="papers"))[:MOST])
    for one in events:
        one.city = house.city
        one.words = when(one)
    return events
