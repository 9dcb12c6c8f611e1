"""The words of the LAYERS table: Layer, Attribute, Legend, Face. Knows no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import GeometryCollectionField, GeometryField
from django.db.models import Choices, Q, QuerySet, Subquery
from django.utils.functional import Promise

Text = str | Promise
TYPES = ("string", "integer", "number", "boolean", "date", "date-time", "uri", "array")


@dataclass(frozen=True)
class Attribute:
    """One published attribute. `path` is a Django lookup path; what is not listed is never published."""

    path: str
    title: Text
    alias: str = ""
    type: str = "string"
    choices: type[Choices] | None = None
    filter: bool = False
    search: bool = False
    staff_only: bool = False

    def __post_init__(self) -> None:
        if self.type not in TYPES:
            raise ValueError(f"attribute {self.path!r}: type {self.type!r} is not one of {', '.join(TYPES)}")

    @property
    def name(self) -> str:
        return self.alias or self.path


@dataclass(frozen=True)
class Legend:
    """How a layer is drawn: `kind` is a colour and a shape of the look, `marks` is a fill for each state.

    Fills: hollow (before), half (under way), full (done), dashed (suspended or ended).
    """

    kind: str
    attribute: str = ""
    marks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Face:
    """One of several ways to draw a layer. `note` gives the unit and the time of its numbers, with `%(year)s`."""

    title: Text
    note: Text
    legend: Legend


@dataclass(frozen=True, eq=False)
class Layer:
    """One published layer; everything public about it is derived from this entry.

    `queryset` gives public records only. `geometry` and `label` are field names in EPSG:4326.
    `temporal` is (first day, last day) as paths, or with `until` (first day, first day no longer); `current` narrows
    to what is in force when no time is asked.
    `zoom` is (least, greatest) of Web Mercator. `outlines` are fields that hold the geometry simplified already, by the
    greatest zoom that each is good for. `role` is that of the partitions of a layer of territories.
    `faces` are the ways to draw it that a reader can choose from; the first has the legend of the layer itself.
    `theme` and `frequency` are codes of the European vocabularies of data themes and of frequencies.
    `reads` are tables that only subqueries read.
    `staff` gives all records that an office may see, with the same annotations; `reserved` is set on a copy of the
    entry that gives them, and never in LAYERS.
    """

    slug: str
    title: Text
    singular: Text
    description: Text
    queryset: Callable[[], QuerySet]
    attributes: tuple[Attribute, ...]
    legend: Legend
    geometry: str = "place"
    label: str = "label_point"
    outlines: dict[int, str] = field(default_factory=dict)
    faces: dict[str, Face] = field(default_factory=dict)
    zoom: tuple[int, int] = (8, 22)
    cluster: bool = True
    background: bool = False
    visible: bool = True
    licence: str = "CC-BY-4.0"
    attribution: str = ""
    temporal: tuple[str, str] | None = None
    until: bool = False
    current: Q | None = None
    role: str = ""
    theme: str = "REGI"
    frequency: str = "IRREG"
    reads: tuple[str, ...] = ()
    staff: Callable[[], QuerySet] | None = None
    reserved: bool = False

    @cached_property
    def published(self) -> tuple[Attribute, ...]:
        """The allow-list, in order, without what only staff may see."""
        return tuple(attribute for attribute in self.attributes if not attribute.staff_only)

    @cached_property
    def filters(self) -> dict[str, Attribute]:
        return {attribute.name: attribute for attribute in self.published if attribute.filter}

    @cached_property
    def drawn_as(self) -> dict[str, Layer]:
        """The layer as each of its faces draws it: itself, and copies with another legend."""
        copies = {name: replace(self, legend=face.legend) for name, face in self.faces.items()}
        return copies | {name: self for name in list(self.faces)[:1]}

    @cached_property
    def states(self) -> set[str]:
        """The attributes that say how a record is drawn, whichever face is chosen."""
        return {self.legend.attribute, *(face.legend.attribute for face in self.faces.values())} - {""}

    @cached_property
    def searched(self) -> tuple[Attribute, ...]:
        return tuple(attribute for attribute in self.published if attribute.search)

    def stored(self, zoom: int | None) -> str:
        """The field that holds the geometry ready to be drawn at a zoom; empty when there is none."""
        good = [level for level in self.outlines if zoom is not None and level >= zoom]
        return self.outlines[min(good)] if good else ""

    def attribute(self, name: str) -> Attribute:
        """The published attribute of this name; KeyError when there is none."""
        return {attribute.name: attribute for attribute in self.published}[name]

    @cached_property
    def tables(self) -> list[str]:
        """The database tables whose change is a change of this layer."""
        rows = self.queryset().values_list("uid", "city__slug", *(a.path for a in self.published))
        if self.current is not None:
            rows = rows.filter(self.current)
        str(rows.query)  # resolves the joins
        inner = [
            part.query
            for one in rows.query.annotations.values()
            for part in one.flatten()
            if isinstance(part, Subquery)
        ]
        joined = {join.table_name for query in (rows.query, *inner) for join in query.alias_map.values()}
        return sorted(joined | set(self.reads))

    def geometry_types(self) -> list[str]:
        """GeoJSON types this layer can hold."""
        kind: Any = self.queryset().model._meta.get_field(self.geometry)
        if type(kind) in (GeometryField, GeometryCollectionField):
            return ["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"]
        return [
            {"POINT": "Point", "POLYGON": "Polygon", "MULTIPOLYGON": "MultiPolygon"}.get(kind.geom_type, "Geometry")
        ]
