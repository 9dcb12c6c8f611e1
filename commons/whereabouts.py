"""Where somebody says that a thing is: a drawing, or coordinates as people type them. All places are EPSG:4326.

A drawing is GeoJSON, read here by the letter and never by a library that guesses: nothing of it reaches GDAL.
"""

import json
import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from django.contrib.gis.geos import (
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
from django.db import connection
from django.utils.translation import gettext as _

from neighbourhoods.models import City

MOST_VERTICES = 10_000
MOST_CHARACTERS = 1_000_000
NUMBER = r"[-+]?\d{1,3}(?:[.,]\d{1,12})?"
SIGNED = re.compile(rf"^\s*\(?\s*({NUMBER})\s*°?\s*([NSEWO]?)\s*[;,/\s]\s*({NUMBER})\s*°?\s*([NSEWO]?)\s*\)?\s*$", re.I)
BELOW_NOUGHT = {"S", "W", "O"}  # south and west; "ovest" in Italian


class BadPlace(ValueError):
    """The place cannot be used; the words say why and what to do. `swapped` is the point that was perhaps meant.

    `member` is what is wrong of a GeoJSON geometry: its type or its coordinates; `detail` says more to a program.
    """

    def __init__(self, words: str, swapped: Point | None = None, member: str = "coordinates", detail: str = "") -> None:
        super().__init__(words)
        self.words, self.swapped, self.member, self.detail = words, swapped, member, detail


class Budget:
    """Counts vertices, and refuses one too many."""

    def __init__(self) -> None:
        self.left = MOST_VERTICES

    def take(self, position: Any) -> tuple[float, float]:
        self.left -= 1
        if self.left < 0:
            raise BadPlace(_("The drawing has more than 10,000 points: draw it more simply."))
        if not isinstance(position, list) or len(position) != 2 or not all(map(_number, position)):
            raise BadPlace(_("The drawing cannot be read: every point needs a longitude and a latitude."))
        x, y = float(position[0]), float(position[1])
        if not (math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90):
            raise BadPlace(_("The drawing leaves the globe: longitude goes from -180 to 180, latitude from -90 to 90."))
        return x, y


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _members(value: Any, least: int) -> list[Any]:
    if not isinstance(value, list) or len(value) < least:
        raise BadPlace(_("The drawing is not complete: a line needs two points, an area three."))
    return value


def _line(value: Any, budget: Budget) -> LineString:
    points = [budget.take(one) for one in _members(value, 2)]
    if len(set(points)) < 2:
        raise BadPlace(_("The drawing is not complete: a line needs two points, an area three."))
    return LineString(points)


def _area(value: Any, budget: Budget) -> Polygon:
    rings = []
    for ring in _members(value, 1):
        points = [budget.take(one) for one in _members(ring, 4)]
        if points[0] != points[-1]:
            raise BadPlace(_("The area is not closed: its last point must be its first."))
        outer = not rings
        rings.append(LinearRing(points if _turns_left(points) == outer else points[::-1]))
    return Polygon(*rings)


def _turns_left(ring: list[tuple[float, float]]) -> bool:
    """Whether a ring runs counter-clockwise, as the database writes outer ones."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) > 0


def _many(kind: type, part: Callable[[Any, Budget], GEOSGeometry]) -> Callable[[Any, Budget], GEOSGeometry]:
    return lambda value, budget: kind(*(part(one, budget) for one in _members(value, 1)))


def _point(value: Any, budget: Budget) -> Point:
    return Point(*budget.take(value))


BUILDERS: dict[str, Callable[[Any, Budget], GEOSGeometry]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _area,
    "MultiPoint": _many(MultiPoint, _point),
    "MultiLineString": _many(MultiLineString, _line),
    "MultiPolygon": _many(MultiPolygon, _area),
}


def _no_constant(name: str) -> None:
    raise BadPlace(_("The drawing cannot be read: every point needs a longitude and a latitude."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value in pairs}) < len(pairs):
        raise BadPlace(_("The drawing cannot be read."))
    return dict(pairs)


def read_geometry(given: str | dict[str, Any]) -> GEOSGeometry:
    """A valid EPSG:4326 geometry from a GeoJSON geometry (its text, or parsed); BadPlace in words otherwise."""
    if isinstance(given, str):
        if len(given) > MOST_CHARACTERS:
            raise BadPlace(_("The drawing has more than 10,000 points: draw it more simply."))
        try:
            given = json.loads(given, parse_constant=_no_constant, object_pairs_hook=_once)
        except BadPlace:
            raise
        except (ValueError, RecursionError) as error:
            raise BadPlace(_("The drawing cannot be read.")) from error
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in BUILDERS:
        raise BadPlace(_("Draw a point, a line or an area."), member="type", detail=", ".join(BUILDERS))
    if "crs" in given:
        raise BadPlace(_("Only longitude and latitude can be read: leave the coordinate system out."), member="crs")
    try:
        geometry = BUILDERS[kind](given.get("coordinates"), Budget())
    except (GEOSException, OverflowError) as error:
        raise BadPlace(_("The drawing cannot be read.")) from error
    if geometry.empty or not geometry.valid:
        words = _("The drawing is not valid: a line crosses itself, or an area is not closed. Draw it again.")
        raise BadPlace(words, detail=geometry.valid_reason)
    geometry.srid = 4326
    return geometry


def read_coordinates(text: str) -> Point | None:
    """The point of "45.0703, 7.6869" (latitude first, as maps say it), of "45,0703 7,6869", of "7.68 E 45.07 N".

    None when the text is no pair of numbers; the order is the one typed, whether or not it makes sense here.
    """
    match = SIGNED.match(text)
    if not match:
        return None
    one, two = (float(match[group].replace(",", ".")) for group in (1, 3))
    first, second = match[2].upper(), match[4].upper()
    one, two = (-one if first in BELOW_NOUGHT else one), (-two if second in BELOW_NOUGHT else two)
    latitude, longitude = (two, one) if first in {"E", "W", "O"} or second in {"N", "S"} else (one, two)
    return Point(longitude, latitude, srid=4326)


def typed_point(text: str, city: City) -> Point | None:
    """The point of this city that coordinates say; None for no words. Raises BadPlace."""
    if not text.strip():
        return None
    point = read_coordinates(text)
    if point is None:
        raise BadPlace(_("Write latitude and longitude, like 45.07, 7.68."))
    check_in(city, point)
    return point


def check_in(city: City, place: GEOSGeometry) -> None:
    """Refuses a place that is not in the city, saying when its coordinates look swapped."""
    if inside(city, place):
        return
    west, south, east, north = place.extent
    point = Point(south, west, srid=4326) if isinstance(place, Point) else None
    if max(abs(west), abs(east)) <= 90 and inside(city, point or Polygon.from_bbox((south, west, north, east))):
        words = _("This place is not in %(city)s. Are latitude and longitude swapped?") % {"city": city.name}
        raise BadPlace(words, point)
    raise BadPlace(_("This place is not in %(city)s. Check it on the map, or type the address.") % {"city": city.name})


def inside(city: City, place: GEOSGeometry) -> bool:
    """Whether a place is of the city: of its envelope, and of its neighbourhoods where boundaries are loaded."""
    if not city.may_hold(place):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT placement FROM mc_best(%s, 'primary', ST_SetSRID(ST_GeomFromEWKB(%s), 4326))", [city.pk, place.ewkb]
        )
        return cursor.fetchone()[0] != "outside"
