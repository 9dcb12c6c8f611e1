"""Who writes for the portal, and who publishes: rules that its pages ask."""

from typing import Any

from commons.models import Event
from commons.models.writing import Written
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Visibility
from people.models import Membership, Organisation
from people.roles import Role, may, roles_in


def groups_of(user: Any, city: City) -> Any:
    """The organisations of a city that a person belongs to."""
    active = Membership.objects.filter(user=user, state=Membership.State.ACTIVE).values("organisation")
    return Organisation.objects.filter(city=city, pk__in=active).order_by("name")


def in_office(user: Any, city: City) -> bool:
    """Whether a person publishes for the city."""
    return may(roles_in(user, city), "edit_place")


def houses_of(user: Any, city: City) -> set[str]:
    """The uids of the houses that a person runs."""
    grants = user.grants.valid().filter(role=Role.HOUSE_OPERATOR, city=city)
    return set(grants.values_list("house_uid", flat=True)) - {""}


def may_begin(user: Any, city: City) -> bool:
    """Whether a person may write here at all: for an organisation, for a house, or for the city."""
    return groups_of(user, city).exists() or bool(houses_of(user, city)) or in_office(user, city)


def publishes(user: Any, record: Written) -> bool:
    """Whether this person's word is enough: the office's, and an operator's for what happens in the house."""
    if in_office(user, record.city):
        return True
    return isinstance(record, Event) and bool(record.house) and record.house.uid in houses_of(user, record.city)


def may_write(user: Any, record: Written) -> bool:
    """Whether this person may change it now: whoever publishes always; whoever writes it until it is public, and an
    event also afterwards, while it takes place: a day that moves cannot wait for the office."""
    if not user.is_authenticated:
        return False
    if publishes(user, record):
        return bool(record.sent_at or record.public_since or not record.author_id or record.author_id == user.pk)
    own = type(record).objects.of_writer(user).filter(pk=record.pk).exists()
    return own and (record.visibility == Visibility.HIDDEN or takes_place(record))


def takes_place(record: Written) -> bool:
    """Whether it is a public event that nobody has called off."""
    public = isinstance(record, Event) and record.visibility == Visibility.PUBLIC
    return public and record.status == Event.Status.SCHEDULED


def may_cancel(user: Any, event: Event) -> bool:
    """Whether this person may say that it does not take place: whoever wrote it, even once it is public."""
    if not user.is_authenticated or event.status == Event.Status.CANCELLED or event.visibility != Visibility.PUBLIC:
        return False
    return publishes(user, event) or Event.objects.of_writer(user).filter(pk=event.pk).exists()
