"""What an edition holds of each table: public rows, and of them the published columns, as lines of JSON.

The columns follow from LAYERS; EXTRA names those that a layer publishes through an expression, or that stand behind
names it shows. A reference is the key of another public row: its uid, a city's slug, or its number in the edition.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import CharField, Field, Model, QuerySet, TextField

from commons.models import (
    Event,
    HelpDesk,
    House,
    ManifestoSignature,
    MemberSite,
    Money,
    NeighbourhoodPlan,
    Pact,
    Priority,
    Project,
    Proposal,
    Signature,
    Space,
    Stream,
)  # fmt: skip
from mapping.layers import LAYERS
from mapping.layers.attributes import ORIGIN
from mapping.registry import Layer
from neighbourhoods.models import City, Partition
from neighbourhoods.records import Published
from people.models import Organisation

ALIAS = "public"
# A row may point at rows of the tables before its own; what points further is in LATER.
ORDER = (
    "neighbourhoods.city", "neighbourhoods.partition", "neighbourhoods.neighbourhood", "neighbourhoods.street",
    "neighbourhoods.water", "neighbourhoods.address", "people.organisation", "commons.building", "commons.house",
    "commons.space", "commons.helpdesk", "commons.pact", "commons.idea", "commons.proposal", "commons.event",
    "commons.newsitem", "commons.stream", "commons.laboratory", "commons.neighbourhoodplan", "commons.priority",
    "commons.need", "commons.project", "commons.money",
    "commons.signature", "commons.manifestosignature", "commons.membersite",
)  # fmt: skip
EXTRA: dict[str, tuple[str, ...]] = {
    "neighbourhoods.city": ("slug", "name", "body", "envelope", "national", "time_zone", "crs"),
    "neighbourhoods.partition": ("city", "kind", "role", "name", "schematic", "valid_from", "valid_to", "current"),
    "neighbourhoods.neighbourhood": ("partition", "parent"),
    "neighbourhoods.address": ("name", "number", "place"),
    "people.organisation": ("name", "kind", "description", "website", "verified"),
    "commons.building": ("could_host",),
    "commons.house": ("pact", "hosts", "catchment"),
    "commons.space": ("house", "name", "capacity", "area", "step_free", "functions", "description"),
    "commons.helpdesk": ("house", "name", "opening_hours", "description", "how_to_book"),
    "commons.pact": ("predecessor", "public_since", "text_public"),
    "commons.idea": ("qualities", "public_since"),
    "commons.proposal": (
        "description", "needed_functions", "pact", "idea", "proposers", "public_since", "text_public",
    ),
    "commons.event": ("public_since",),
    "commons.laboratory": ("name", "description", "urban", "neighbourhoods", "season", "opened_on", "closed_on"),
    "commons.neighbourhoodplan": ("name", "description", "neighbourhood", "starts_on", "ends_on"),
    "commons.priority": ("plan", "number", "name", "description"),
    "commons.need": ("public_since",),
    "commons.project": ("pact", "laboratory", "priority"),
    "commons.money": ("project", "amount", "kind", "period_start", "period_end", "note", "source_note"),
    "commons.newsitem": ("name", "sentence", "address", "publisher", "published_on"),
    "commons.stream": ("event", "address", "language", "name"),
    "commons.signature": ("pact", "organisation", "side", "kind", "signed_on"),
    "commons.manifestosignature": ("organisation", "signed_on"),
    "commons.membersite": ("organisation", "title", "address"),
}  # fmt: skip
FOUND_HERE = ("neighbourhood", "district")  # the database finds them again where the edition is loaded
# What the database draws by itself from the rest.
DRAWN = ("commons.catchment",)
LATER = {"neighbourhoods.neighbourhood": ("parent",), "commons.house": ("pact",), "commons.pact": ("predecessor",)}
ROWS: dict[type[Model], Callable[[], QuerySet]] = {
    City: City.objects.all,
    Partition: Partition.objects.all,
    Space: lambda: Space.objects.filter(house__in=House.objects.public()),
    HelpDesk: lambda: HelpDesk.objects.filter(house__in=House.objects.public()),
    Priority: lambda: Priority.objects.filter(plan__in=NeighbourhoodPlan.objects.public()),
    Money: lambda: Money.objects.filter(project__in=Project.objects.public()),
    Stream: lambda: Stream.objects.filter(event__in=Event.objects.public()),
    Signature: lambda: Signature.objects.filter(
        pact__in=Pact.objects.public(), organisation__in=Organisation.objects.public()
    ),
    ManifestoSignature: lambda: ManifestoSignature.objects.public(),
    MemberSite: lambda: MemberSite.objects.filter(organisation__in=Organisation.objects.public()),
}


@dataclass(frozen=True)
class Kind:
    """One table of an edition: its name there and the columns of its rows. `later` are references further on."""

    name: str
    model: type[Model]
    columns: tuple[str, ...]
    later: tuple[str, ...]

    def rows(self) -> QuerySet:
        """The public rows, in the order in which they were made."""
        found = ROWS[self.model]() if self.model in ROWS else self.model.objects.public()
        return found.using(ALIAS).order_by("pk")

    def field(self, name: str) -> Field:
        return self.model._meta.get_field(name)

    @property
    def key(self) -> str:
        """The column that names a row elsewhere; empty where that is its number."""
        return "uid" if issubclass(self.model, Published) else "slug" if self.model is City else ""


@cache
def kinds() -> dict[str, Kind]:
    """Every table of an edition, in the order in which it is loaded: those of ORDER, then those of other layers."""
    layered = [layer.queryset().model._meta.label_lower for layer in LAYERS.values()]
    return {name: kind_of(name) for name in dict.fromkeys([*ORDER, *layered]) if name not in DRAWN}


def kind_of(name: str) -> Kind:
    model = apps.get_model(name)
    columns = ["uid", "city", "language", *(one.path for one in ORIGIN)] if issubclass(model, Published) else []
    for layer in LAYERS.values():
        if layer.queryset().model is model:
            columns += [layer.geometry, *(attribute.path for attribute in layer.published), *shown_through(layer)]
    own = {field.name for field in model._meta.concrete_fields}
    kept = [one for one in dict.fromkeys(columns) if one in own]
    return Kind(name, model, tuple(dict.fromkeys([*kept, *EXTRA.get(name, ())])), LATER.get(name, ()))


def shown_through(layer: Layer) -> list[str]:
    """The references that a layer's public names are read through, such as who runs a house."""
    rows = layer.queryset().values_list(*(attribute.path for attribute in layer.published))
    str(rows.query)  # resolves the joins
    own, joins = rows.query.get_initial_alias(), rows.query.alias_map.values()
    fields = [join.join_field for join in joins if getattr(join, "parent_alias", None) == own]
    return [one.name for one in fields if one.concrete and one.name not in FOUND_HERE]


def keys() -> dict[str, dict[int, str]]:
    """By table, the key in the edition of each public row by its primary key."""
    found = {}
    for name, kind in kinds().items():
        pks = kind.rows().values_list("pk", kind.key or "pk")
        found[name] = {pk: key if kind.key else str(number) for number, (pk, key) in enumerate(pks, start=1)}
    return found


def lines(kind: Kind, known: dict[str, dict[int, str]]) -> Iterator[dict[str, Any]]:
    """The rows of one table: `n`, its key, and its columns in order."""
    fields = [kind.field(name) for name in kind.columns]
    for number, row in enumerate(kind.rows().iterator(chunk_size=1000), start=1):
        if isinstance(row, Proposal) and not row.text_public:
            row.description, row.needed_functions = "", []
        yield {"n": number} | {field.name: said(field, row, known) for field in fields}


def said(field: Field, row: Model, known: dict[str, dict[int, str]]) -> Any:
    """A value as JSON has it."""
    if field.many_to_many:
        targets = known[field.related_model._meta.label_lower]
        found = getattr(row, field.name).using(ALIAS).order_by("pk").values_list("pk", flat=True)
        return [targets[pk] for pk in found if pk in targets]
    value = getattr(row, field.attname)
    if field.is_relation:
        return known[field.related_model._meta.label_lower].get(value)
    if isinstance(value, GEOSGeometry):
        return bytes(value.wkb).hex()
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def read(field: Field, value: Any) -> Any:
    """A value of JSON as its column wants it. Raises ValueError, TypeError or ValidationError for any other."""
    if value is None:
        if not field.null:
            raise ValueError(field.name)
        return None
    if isinstance(field, GeometryField):
        return GEOSGeometry(memoryview(bytes.fromhex(value)), srid=4326)
    if isinstance(field, CharField | TextField) and not isinstance(value, str):
        raise TypeError(field.name)
    if field.choices and value and value not in dict(field.flatchoices):
        raise ValueError(field.name)
    found = field.to_python(value)
    field.run_validators(found)
    return found
