"""Places in a filter: shapes read strictly from what the parser found, and the spatial functions of CQL2."""

import math
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import (
    GeometryCollection,
    GEOSException,
    GEOSGeometry,
    LinearRing,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from django.db.models import BooleanField, Expression, F, Func, Value

from mapping.ogc import crs
from mapping.ogc.queryables import GEOMETRY
from mapping.ogc.values import Reader
from mapping.query import bad

MOST_POINTS = 10_000
PREDICATES = {
    "s_intersects": "ST_Intersects",
    "s_contains": "ST_Contains",
    "s_crosses": "ST_Crosses",
    "s_disjoint": "ST_Disjoint",
    "s_equals": "ST_Equals",
    "s_overlaps": "ST_Overlaps",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
}
COLLECTIONS_TOO = {"s_intersects", "s_disjoint"}


class Predicate(Func):
    output_field = BooleanField()


def predicate(reader: Reader, name: str, arguments: list[Any]) -> Expression:
    """A spatial function on two places, one of which at least is of the layer."""
    if not any(isinstance(one, dict) and "property" in one for one in arguments):
        raise bad("filter", f"{name} needs {GEOMETRY} as one of its places")
    return Predicate(*(place(reader, name, one) for one in arguments), function=PREDICATES[name])


def place(reader: Reader, name: str, node: Any) -> Expression:
    if not isinstance(node, dict):
        raise bad("filter", f"{name} needs places")
    if "property" in node:
        if node["property"] != GEOMETRY:
            raise bad("filter", f"{str(node['property'])[:100]}: the place is called {GEOMETRY}")
        return F(reader.layer.geometry)
    shape = literal(node, reader.crs)
    if shape.geom_type == "GeometryCollection" and name not in COLLECTIONS_TOO:
        raise bad("filter", f"{name} takes no GEOMETRYCOLLECTION")
    return as_value(shape)


def as_value(shape: GEOSGeometry) -> Value:
    """A shape in EPSG:4326, ready for a statement."""
    return Value(shape, GeometryField(srid=4326))


def literal(node: dict[str, Any], system: str) -> GEOSGeometry:
    """A shape of the filter in EPSG:4326; Problem (400) for one that cannot be."""
    try:
        shape = box(node["bbox"]) if "bbox" in node else build(node)
    except (KeyError, TypeError, ValueError, GEOSException) as error:
        raise bad("filter", f"holds a shape that cannot be read: {str(error)[:100]}") from None
    if shape.num_coords > MOST_POINTS:
        raise bad("filter", f"holds a shape of more than {MOST_POINTS} points")
    if shape.empty or not shape.valid:
        raise bad("filter", f"holds a shape that is empty or crosses itself: {shape.valid_reason[:100]}")
    return placed(shape, system, "filter")


def placed(shape: GEOSGeometry, system: str, parameter: str) -> GEOSGeometry:
    """A shape with coordinates as the URI of the system orders them, in EPSG:4326."""
    if crs.flipped(system):
        shape = GEOSGeometry(turned(shape.wkt))
    shape.srid = crs.code(system)
    west, south, east, north = shape.extent
    if system == "CRS84" and not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise bad(parameter, "holds longitudes beyond 180 or latitudes beyond 90 degrees")
    return crs.to_degrees(shape, system, parameter)


def turned(wkt: str) -> str:
    """Well-known text with the two numbers of every position exchanged."""
    words = wkt.replace("(", "( ").replace(")", " )").replace(",", " , ").split(" ")
    numbers = [index for index, word in enumerate(words) if word[:1] in "-0123456789" and word]
    for one, other in zip(numbers[::2], numbers[1::2], strict=True):
        words[one], words[other] = words[other], words[one]
    return " ".join(words)


def position(numbers: Any) -> tuple[float, float]:
    """x and y; a height is left out."""
    if not isinstance(numbers, list) or len(numbers) not in {2, 3}:
        raise ValueError("a position has two numbers")
    if not all(isinstance(one, int | float) and math.isfinite(one) for one in numbers):
        raise ValueError("a position is made of numbers")
    return float(numbers[0]), float(numbers[1])


def line(positions: Any) -> list[tuple[float, float]]:
    return [position(one) for one in positions]


def polygon(rings: Any) -> Polygon:
    return Polygon(*(LinearRing(line(ring)) for ring in rings))


def box(numbers: Any) -> GEOSGeometry:
    """A box as one shape; two where it crosses 180 degrees."""
    if not isinstance(numbers, list) or len(numbers) not in {4, 6}:
        raise ValueError("a box has four numbers")
    west, south = position(numbers[: len(numbers) // 2])
    east, north = position(numbers[len(numbers) // 2 :])
    if south > north:
        raise ValueError("a box has its south below its north")
    if west <= east:
        return edge((west, south, east, north))
    return MultiPolygon(*(Polygon.from_bbox(one) for one in ((west, south, 180, north), (-180, south, east, north))))


def edge(numbers: tuple[float, float, float, float]) -> GEOSGeometry:
    """A box that may be a line or a point."""
    west, south, east, north = numbers
    if west < east and south < north:
        return Polygon.from_bbox(numbers)
    return Point(west, south) if (west, south) == (east, north) else LineString((west, south), (east, north))


def build(node: dict[str, Any]) -> GEOSGeometry:
    """A GeoJSON geometry as a shape."""
    if node["type"] == "GeometryCollection":
        return GeometryCollection(*(build(one) for one in node["geometries"]))
    found = node["coordinates"]
    match node["type"]:
        case "Point":
            return Point(*position(found))
        case "LineString":
            return LineString(*line(found))
        case "Polygon":
            return polygon(found)
        case "MultiPoint":
            return MultiPoint(*(Point(*position(one)) for one in found))
        case "MultiLineString":
            return MultiLineString(*(LineString(*line(one)) for one in found))
        case "MultiPolygon":
            return MultiPolygon(*(polygon(one) for one in found))
    raise ValueError("it is of no known type")
