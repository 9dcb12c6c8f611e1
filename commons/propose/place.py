"""Where a proposal is: a drawing from the browser, typed coordinates, or a typed address.

A drawing is GeoJSON, parsed here by the letter and never by a library that guesses. All places are EPSG:4326.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
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

from commons.models import Building, House
from neighbourhoods.models import City, Street
from neighbourhoods.vocabulary import Precision

MOST_VERTICES = 10_000
MOST_CHARACTERS = 1_000_000
MOST_FOUND = 8
NUMBER = r"[-+]?\d{1,3}(?:[.,]\d{1,12})?"
SIGNED = re.compile(rf"^\s*\(?\s*({NUMBER})\s*°?\s*([NSEWO]?)\s*[;,/\s]\s*({NUMBER})\s*°?\s*([NSEWO]?)\s*\)?\s*$", re.I)
BELOW_NOUGHT = {"S", "W", "O"}  # south and west; "ovest" in Italian
HOUSE_NUMBER = re.compile(r"[\s,]+\d+\s*(?:[/ ]?\s*[a-z]{1,3})?\s*$", re.I)


class BadPlace(ValueError):
    """The place cannot be used; the words say why and what to do. `swapped` is what was perhaps meant."""

    def __init__(self, words: str, swapped: Point | None = None) -> None:
        super().__init__(words)
        self.words, self.swapped = words, swapped


@dataclass(frozen=True)
class Found:
    """A place that fits what was typed: words to show, where it is, how well it is known, the building if it is one."""

    words: str
    place: GEOSGeometry
    precision: str = Precision.EXACT
    building: str = ""
    address: str = ""

    @property
    def value(self) -> str:
        """What a form sends when this one is chosen."""
        kind = "building" if self.building else self.precision
        return f"{kind}:{self.building or f'{self.place.x:.6f},{self.place.y:.6f}'}"


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
        raise BadPlace(_("Draw a point, a line or an area."))
    try:
        geometry = BUILDERS[kind](given.get("coordinates"), Budget())
    except (GEOSException, OverflowError) as error:
        raise BadPlace(_("The drawing cannot be read.")) from error
    if geometry.empty or not geometry.valid:
        raise BadPlace(_("The drawing is not valid: a line crosses itself, or an area is not closed. Draw it again."))
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


def check_in(city: City, place: GEOSGeometry) -> None:
    """Refuses a place that is not in the city, saying when its coordinates look swapped."""
    if inside(city, place):
        return
    swapped = Point(place.y, place.x, srid=4326) if isinstance(place, Point) else None
    if swapped and abs(swapped.y) <= 90 and inside(city, swapped):
        words = _("This place is not in %(city)s. Are latitude and longitude swapped?") % {"city": city.name}
        raise BadPlace(words, swapped)
    raise BadPlace(_("This place is not in %(city)s. Check it on the map, or type the address.") % {"city": city.name})


def inside(city: City, place: GEOSGeometry) -> bool:
    """Whether a place touches the city: its envelope, and its neighbourhoods where boundaries are loaded."""
    west, south, east, north = place.extent
    if abs(west) > 180 or abs(east) > 180 or abs(south) > 90 or abs(north) > 90:
        return False
    if not city.envelope.intersects(Polygon.from_bbox(place.extent)):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT placement FROM mc_best(%s, 'primary', ST_GeomFromEWKB(%s))", [city.pk, place.ewkb])
        return cursor.fetchone()[0] != "outside"


def find_places(city: City, text: str) -> list[Found]:
    """The places that fit what was typed: a pair of coordinates, else buildings, houses and streets by name.

    Raises BadPlace for coordinates that are not in the city.
    """
    if point := read_coordinates(text):
        check_in(city, point)
        return [Found(said_point(point), point)]
    words = text.strip()
    if len(words) < 3:
        return []
    found = [*_things(city, words, Building), *_things(city, words, House)]
    return [*found, *_streets(city, words)][:MOST_FOUND]


def _things(city: City, words: str, model: type) -> list[Found]:
    records = model.objects.using("public").public().filter(city=city, label_point__isnull=False)
    by_name, by_address = ({f"{field}__unaccent__icontains": words} for field in ("name", "address"))
    hits = (records.filter(**by_name) | records.filter(**by_address)).order_by("name").only(
        "name", "address", "uid", "label_point", "precision"
    )[:MOST_FOUND]  # fmt: skip
    building = model is Building
    return [
        Found(
            f"{one.name}, {one.address}" if one.address else one.name, one.label_point, one.precision,
            one.uid if building else "", one.address,
        )
        for one in hits
    ]  # fmt: skip


def _streets(city: City, words: str) -> list[Found]:
    streets = Street.objects.using("public").public().filter(city=city)
    for asked in dict.fromkeys([words, HOUSE_NUMBER.sub("", words)]):
        hits = streets.filter(name__unaccent__icontains=asked).order_by("name").only("name", "label_point")[:MOST_FOUND]
        if found := [Found(one.name, one.label_point, Precision.STREET, address=words) for one in hits]:
            return found
    return []


def said_point(point: Point) -> str:
    """A point as people read it: latitude, then longitude."""
    return _("latitude %(y)s, longitude %(x)s") % {"y": f"{point.y:.5f}", "x": f"{point.x:.5f}"}


def said(place: GEOSGeometry | None) -> str:
    """What was drawn, in words."""
    if place is None:
        return _("no place marked")
    if isinstance(place, Point):
        return _("a point at %(where)s") % {"where": said_point(place)}
    kinds = {0: _("%(n)s points"), 1: _("a line of %(n)s points"), 2: _("an area of %(n)s points")}
    return kinds[place.dims] % {"n": place.num_coords - (1 if place.geom_type == "Polygon" else 0)}
