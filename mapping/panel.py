"""The panel of one thing on the map: what it is in words, its facts, what a person can do next."""

from typing import Any

from django.contrib.gis.measure import Distance
from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from commons.models import House
from mapping.asking import FIRST_RADIUS
from mapping.layers import LAYERS
from mapping.layers.attributes import ORIGIN, TERRITORY
from mapping.lists import in_words
from mapping.places import Place, find_place
from mapping.query import Query
from mapping.registry import Attribute, Layer, Text
from mapping.selection import Selection, things
from mapping.svg import Subject, extent_of
from mapping.where import say_numbers

IN_WORDS = {"name", "address", "description", "how_to_ask", "services", "use_since", "qualities"}
SAID_ELSEWHERE = IN_WORDS | {attribute.name for attribute in (*ORIGIN, *TERRITORY)}
OF_TERRITORIES = {"code", "kind", "partition", "schematic", "valid_from", "valid_to"}
MOST_FACTS = 5


def panel_of(selection: Selection) -> dict[str, Any] | None:
    """The context of the panel of the thing that the selection has open; None when it is not in this city."""
    for layer in LAYERS.values():
        query = selection.ground(layer) if layer.background else Query(layer, city=selection.city.slug)
        if place := find_place(query, selection.feature):
            return context(selection, query, place)
    return None


def context(selection: Selection, query: Query, place: Place) -> dict[str, Any]:
    layer, rows = query.layer, query.rows().filter(uid=place.uid)
    record = rows.using("public").get()
    territory = layer.legend.kind == "territory"
    return {
        "city": selection.city,
        "selection": selection,
        "place": place,
        "record": record,
        "territory": territory,
        "facts": facts_of(layer, record),
        "here": inside(selection, place.name, layer) if territory else [],
        "house": nearest_house(record) if layer.slug in {"buildings", "proposals"} else None,
        "box": extent_of(Subject(layer, rows)),
        "page_url": page_of(selection.city.slug, layer, place.uid),
        "around_url": around(selection, place),
        "close_url": selection.address(feature=[]),
        "templates": [f"mapping/panels/{layer.slug}.html", "mapping/panels/_none.html"],
    }


def around(selection: Selection, place: Place) -> str:
    """The address of everything in a ring around a place; empty for one that is nowhere."""
    if place.point is None:
        return ""
    return selection.address(near=say_numbers((*place.point, FIRST_RADIUS)), area=[], bbox=[], feature=[])


def page_of(city: str, layer: Layer, uid: str) -> str:
    """The address of the page of a record; empty for a layer without pages."""
    try:
        return reverse("feature", args=[city, layer.slug, uid])
    except NoReverseMatch:
        return ""


def facts_of(layer: Layer, record: Model) -> list[tuple[Text, Any, Attribute]]:
    """The first published facts that this record has: (title, value, attribute), without what is said elsewhere."""
    elsewhere = SAID_ELSEWHERE | layer.states | (OF_TERRITORIES if layer.background else set())
    found = []
    for attribute in layer.published:
        value = follow(record, attribute.path)
        if attribute.name in elsewhere or value in (None, "", [], "unknown", False):
            continue
        found.append((attribute.title, in_words(attribute, value), attribute))
    return found[:MOST_FACTS]


def follow(record: Any, path: str) -> Any:
    """The value at the end of a lookup path, None where the way ends early."""
    for step in path.split("__"):
        record = getattr(record, step, None) if record is not None else None
    return record


def inside(selection: Selection, name: str, territory: Layer) -> list[tuple[Layer, int]]:
    """How many things of each layer lie in a territory."""
    attribute = territory.slug.removesuffix("s")
    found = []
    for layer in things():
        if attribute in layer.filters:
            query = Query(layer, city=selection.city.slug, filters={attribute: (name,)})
            found.append((layer, query.rows().using("public").count()))
    return found


def nearest_house(record: Any) -> tuple[House, Distance] | None:
    """The nearest open Casa del Quartiere of the city, and how far it is; None when either has no place."""
    if record.label_point is None:
        return None
    houses = House.objects.using("public").public().filter(city=record.city, status=House.Status.OPEN)
    house = houses.nearest(record.label_point).first()
    return (house, house.distance) if house else None
