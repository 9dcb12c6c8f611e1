"""Writes what those who keep a house say of it, and leaves a trace of who did."""

from typing import Any

from django.db import transaction

from commons.files import attach
from commons.hosting.forms import EventForm, HouseForm
from commons.models import Attachment, Event, HelpDesk, House, Space, Stream
from commons.traces import leave_trace
from neighbourhoods.vocabulary import Precision, Visibility

PARTS: dict[str, Any] = {"spaces": Space, "desks": HelpDesk, "events": Event}


def parts_of(house: House, kind: str) -> Any:
    """The rooms, desks or public events of a house that may be changed; none for a kind that is not known."""
    rows = PARTS[kind].objects.filter(house=house)
    return rows.public() if kind == "events" else rows


@transaction.atomic
def keep_house(form: HouseForm, by: Any) -> House:
    """The facts of the house, as they were typed."""
    house = form.save()
    leave_trace(house, by, "facts")
    return house


@transaction.atomic
def keep_part(house: House, form: Any, by: Any) -> Any:
    """A room, a desk or an event of the house. Raises Refused when the programme cannot be kept."""
    part = form.save(commit=False)
    part.house = house
    if isinstance(form, EventForm):
        return keep_event(house, part, form, by)
    part.save()
    touch(house, by, f"{part._meta.model_name} {part.pk}")
    return part


def keep_event(house: House, event: Event, form: EventForm, by: Any) -> Event:
    """The event with its streams and its programme. Online only, it has no place, and so no map."""
    if not event.pk:
        event.city, event.author, event.language = house.city, by, house.language
        event.visibility, event.example = Visibility.PUBLIC, house.example
    event.place, event.address, event.precision = None, "", Precision.NONE
    if form.cleaned_data["here"]:
        event.stand_where_it_happens()
    event.save()
    event.streams.all().delete()
    Stream.objects.bulk_create(
        Stream(event=event, address=address, language=language) for address, language in form.streams()
    )
    if programme := form.cleaned_data.get("programme"):
        attach(event, programme, Attachment.Kind.DOCUMENT, by, "Programma")
    touch(house, by, f"event {event.uid}")
    return event


@transaction.atomic
def drop_part(house: House, part: Any, by: Any) -> None:
    """A room or a desk goes; an event that was announced stays and says that it does not take place."""
    if isinstance(part, Event):
        part.cancel()
    else:
        part.delete()
    touch(house, by, f"without {part._meta.model_name} {part.pk}")


def touch(house: House, by: Any, words: str) -> None:
    """What belongs to a house is part of what its page says: so the house has changed."""
    house.save(update_fields=["updated_at"])
    leave_trace(house, by, words)
