"""What an office may take away beside the open data: its records that are not public, and what only it may see of all.

Every row and every file says that it is reserved; who took what is kept.
"""

from dataclasses import replace
from datetime import timedelta

from django.db.models import CharField, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commons.desk.door import Desk
from mapping.layers import LAYERS
from mapping.models import Export
from mapping.query import SCALARS, Query
from mapping.registry import Attribute, Layer
from people.roles import ROLES

HANDLING = "riservato"  # in Italian for every reader: it stands in the data
PARAMETERS = tuple(name for name in SCALARS if name != "city")  # the address says the city
REMEMBERED = timedelta(days=365)


def exportable() -> list[Layer]:
    """The layers that an office may take with what is not public."""
    return [layer for layer in LAYERS.values() if layer.staff is not None]


def reach(desk: Desk) -> Desk:
    """The same desk with those roles only that may export: another role may see more, and not take it away."""
    roles = frozenset(role for role in desk.roles if "export" in ROLES[role].may)
    if any(ROLES[role].scope == "city" for role in roles):
        return replace(desk, roles=roles, areas=None)
    grants = desk.user.grants.valid().filter(city=desk.city, role__in=roles)
    return replace(desk, roles=roles, areas=frozenset(grants.values_list("territory_id", flat=True)))


def reserved_layer(desk: Desk, layer: Layer) -> Layer:
    """A copy of an entry of LAYERS that gives all that this desk may take: every record within its reach, with what
    only staff may see."""
    mine = reach(desk)

    def rows() -> QuerySet:
        handling = Value(HANDLING, output_field=CharField())
        return mine.within(layer.staff().filter(city=desk.city)).annotate(handling=handling)

    attributes = tuple(replace(one, staff_only=False) for one in layer.attributes)
    marked = Attribute("handling", _("Not public: do not pass it on"))
    return replace(layer, queryset=rows, attributes=(*attributes, marked), reserved=True)


def note(desk: Desk, query: Query, suffix: str) -> Export:
    """Keeps who took what; for a year."""
    now = timezone.now()
    return Export.objects.create(
        user=desk.user, layer=query.layer.slug, suffix=suffix, query=query.address(suffix, query.after), version="",
        reserved=True, state=Export.State.READY, expires_at=now + REMEMBERED,
    )  # fmt: skip
