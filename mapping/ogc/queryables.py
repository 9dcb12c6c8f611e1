"""Queryables (OGC API Features, Part 3): what of a layer a filter may name, as a JSON Schema."""

from typing import Any

from django.utils.translation import gettext as _

from mapping.ogc.links import address
from mapping.registry import Attribute, Layer

GEOMETRY = "geometry"  # the name of the place in filters
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "uri": {"type": "string", "format": "uri"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {"type": "string"}},
}
FORMATS = {"Point": "geometry-point", "Polygon": "geometry-polygon", "MultiPolygon": "geometry-multipolygon"}


def queryables(layer: Layer) -> dict[str, Attribute]:
    """The published attributes by name: everything that is published may be asked for."""
    return {attribute.name: attribute for attribute in layer.published}


def simple(layer: Layer) -> dict[str, Attribute]:
    """The queryables that are parameters too: those of one value, and lists that are filters of the layer."""
    return {name: one for name, one in queryables(layer).items() if one.type != "array" or one.filter}


def value_schema(attribute: Attribute) -> dict[str, Any]:
    """JSON Schema of the values of an attribute."""
    said = dict(TYPES[attribute.type])
    if not attribute.choices:
        return said
    values = list(attribute.choices.values)
    return said | ({"items": said["items"] | {"enum": values}} if attribute.type == "array" else {"enum": values})


def schema_of(attribute: Attribute) -> dict[str, Any]:
    said = {"title": str(attribute.title), **value_schema(attribute)}
    if attribute.choices:
        said["description"] = "; ".join(f"{value}: {label}" for value, label in attribute.choices.choices)
    return said


def geometry_format(layer: Layer) -> str:
    types = layer.geometry_types()
    return FORMATS.get(types[0], "geometry-any") if len(types) == 1 else "geometry-any"


def document(layer: Layer) -> dict[str, Any]:
    """The queryables of a layer as they are served."""
    place = {"title": _("Place"), "format": geometry_format(layer), "x-ogc-role": "primary-geometry"}
    return {
        "$schema": DRAFT,
        "$id": address(f"/collections/{layer.slug}/queryables"),
        "type": "object",
        "title": str(layer.title),
        "description": str(layer.description),
        "properties": {GEOMETRY: place} | {name: schema_of(one) for name, one in queryables(layer).items()},
        "additionalProperties": False,
    }
