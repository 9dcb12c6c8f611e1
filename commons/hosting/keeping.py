"""Writes what those who keep a house say of it, and leaves a trace of who did."""

from typing import Any

from django.db import transaction

from commons.hosting.forms import HouseForm
from commons.models import HelpDesk, House, Space
from commons.traces import leave_trace

PARTS: dict[str, Any] = {"spaces": Space, "desks": HelpDesk}


@transaction.atomic
def keep_house(form: HouseForm, by: Any) -> House:
    """The facts of the house, as they were typed."""
    house = form.save()
    leave_trace(house, by, "facts")
    return house


@transaction.atomic
def keep_part(house: House, form: Any, by: Any) -> Any:
    """A room or a desk of the house."""
    part = form.save(commit=False)
    part.house = house
    part.save()
    touch(house, by, f"{part._meta.model_name} {part.pk}")
    return part


@transaction.atomic
def drop_part(house: House, part: Any, by: Any) -> None:
    """A room or a desk that is there no more."""
    words = f"without {part._meta.model_name} {part.pk}"
    part.delete()
    touch(house, by, words)


def touch(house: House, by: Any, words: str) -> None:
    """What belongs to a house is part of what its page says: so the house has changed."""
    house.save(update_fields=["updated_at"])
    leave_trace(house, by, words)
