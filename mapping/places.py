"""The list beside the map: things of several layers as one list of places."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, CharField, F, FloatField, Func, Value
from django.db.models.expressions import Case, When
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull

from mapping.query import Query
from mapping.registry import Layer
from mapping.selection import Selection
from mapping.where import BBox, Ring, metres_from
from neighbourhoods.vocabulary import Precision

PAGE = 50
SMALLEST_JUMP = 0.003  # degrees: about 300 m, so that a short street does not fill the screen


class Longitude(Func):
    function, output_field = "ST_X", FloatField()


class Latitude(Func):
    function, output_field = "ST_Y", FloatField()


@dataclass(frozen=True)
class Place:
    """One line of the list: what a person needs to choose it. `point` is the label point in EPSG:4326, or None."""

    layer: Layer
    uid: str
    name: str
    state: str = ""
    address: str = ""
    neighbourhood: str = ""
    precision: str = Precision.EXACT
    example: bool = False
    point: tuple[float, float] | None = None
    metres: float | None = None

    @property
    def kind(self) -> str:
        return self.layer.legend.kind

    @property
    def fill(self) -> str:
        return self.layer.legend.marks.get(self.state, "hollow")

    @property
    def state_word(self) -> str:
        """The state in words; empty for a layer without states."""
        if not self.layer.legend.attribute:
            return ""
        choices = self.layer.attribute(self.layer.legend.attribute).choices
        return str(dict(choices.choices).get(self.state, self.state)) if choices else self.state

    @property
    def precision_word(self) -> str:
        """What must be said of the place; empty when it is exact, or none at all."""
        plain = {Precision.EXACT, Precision.ADDRESS, Precision.NONE, ""}
        return "" if self.precision in plain else str(Precision(self.precision).label)


def columns(layer: Layer, near: Ring | None = None) -> Mapping[str, object]:
    """Expressions for the columns of the list; what a layer does not publish is empty. `near` asks how far they are."""
    published = {attribute.name: attribute.path for attribute in layer.published}

    def text(name: str) -> object:
        path = published.get(name)
        return Cast(F(path), CharField()) if path else Value("", output_field=CharField())

    located = When(**{f"{layer.label}__isnull": False}, then=Value(False))
    return {
        "p_layer": Value(layer.slug, output_field=CharField()),
        "p_name": text("name"),
        "p_state": text(layer.legend.attribute),
        "p_address": text("address"),
        "p_neighbourhood": text("neighbourhood"),
        "p_precision": text("precision"),
        "p_example": F(published["example"]) if "example" in published else Value(False),
        "p_lon": Longitude(F(layer.label)),
        "p_lat": Latitude(F(layer.label)),
        "p_unlocated": Case(located, default=Value(True), output_field=BooleanField()),
        "p_metres": metres_from(layer.geometry, near) if near else Value(None, output_field=FloatField()),
    }


def list_places(selection: Selection, page: int = 1) -> list[Place]:
    """The first `page` × PAGE places in order: by name, those without a place last; the nearest first in a ring. Each
    layer gives its own first ones, by an index, so that only those are put in order together."""
    parts, near, most = [], selection.near, page * PAGE
    for query in selection.shown():
        named = columns(query.layer, near)
        rows = query.rows(city=selection.city).using("public").annotate(**named)
        own = "p_metres" if near else IsNull(F(query.layer.label), True)
        parts.append(rows.order_by(own, query.layer.attribute("name").path, "uid").values_list("uid", *named)[:most])
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    order = ("p_metres", "p_name", "uid") if near else ("p_unlocated", "p_name", "uid")
    shown = {query.layer.slug: query.layer for query in selection.shown()}
    found = rows.order_by(*order)[most - PAGE : most] if len(parts) > 1 else rows[most - PAGE :]
    return [read(row, shown[row[1]]) for row in found]


def read(row: tuple, layer: Layer) -> Place:
    uid, _slug, name, state, address, neighbourhood, precision, example, lon, lat, _, metres = row
    return Place(
        layer=layer,
        uid=uid,
        name=name or "",
        state=state or "",
        address=address or "",
        neighbourhood=neighbourhood or "",
        precision=precision or "",
        example=bool(example),
        point=None if lon is None else (round(lon, 6), round(lat, 6)),
        metres=metres,
    )


def find_place(query: Query, uid: str) -> Place | None:
    """The place with this uid in the layer of a query."""
    named = columns(query.layer)
    row = query.rows().using("public").filter(uid=uid).annotate(**named).values_list("uid", *named).first()
    return read(row, query.layer) if row else None


def around(boxes: list[BBox]) -> BBox:
    """The box around boxes; there is at least one."""
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def room(box: BBox, least: float) -> BBox:
    """The box, made at least so many degrees wide and high."""
    west, south, east, north = box
    across, up = max(0, least - (east - west)) / 2, max(0, least - (north - south)) / 2
    return west - across, south - up, east + across, north + up
