"""Where things are: the boxes, rings and areas that a question may be asked with, and the conditions they make.

A box is (west, south, east, north) in CRS84; west > east crosses 180°. A ring is (longitude, latitude, metres). An area
is its corners in order, (longitude, latitude) each; it closes by itself.
"""

import math
import re

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import Polygon
from django.db.models import BooleanField, F, FloatField, Func, Q, Value

from mapping.errors import bad

BBox = tuple[float, float, float, float]
Ring = tuple[float, float, float]
Area = tuple[tuple[float, float], ...]
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
LARGEST_RING = 50_000  # metres
MOST_CORNERS = 100
LATITUDE = 110_000  # metres: a little less than a degree of latitude has anywhere
LONGITUDE = 111_000  # metres: a little less than a degree of longitude has at the equator

FAR_APART = "(%%(expressions)s)::geography, ST_SetSRID(ST_MakePoint(%r, %r), 4326)::geography"


class Touches(Func):
    """Whether a geometry has a point in common with another; asks the index of the first."""

    function, output_field = "ST_Intersects", BooleanField()


class Within(Func):
    """Whether a geometry lies, in part at least, within so many metres of a point, on the ellipsoid."""

    output_field = BooleanField()


class Metres(Func):
    """How far a geometry is from a point, as the crow flies."""

    output_field = FloatField()


def numbers(name: str, text: str, rule: str) -> list[float]:
    """The numbers of a list with commas; Problem (400) with the rule where one is none."""
    parts = text.split(",")
    if not all(NUMBER.fullmatch(part) for part in parts):
        raise bad(name, rule)
    return [float(part) for part in parts]


def on_earth(longitude: float, latitude: float) -> bool:
    return -180 <= longitude <= 180 and -90 <= latitude <= 90


def parse_bbox(text: str) -> BBox:
    found = numbers("bbox", text, rule := "must be four numbers: west,south,east,north in degrees")
    if len(found) != 4:
        raise bad("bbox", rule)
    west, south, east, north = found
    if not (on_earth(west, south) and on_earth(east, north) and south <= north):
        raise bad("bbox", "must lie within -180,-90,180,90, with south not above north")
    return west, south, east, north


def parse_near(text: str) -> Ring:
    found = numbers("near", text, rule := "must be three numbers: longitude,latitude in degrees, then metres")
    if len(found) != 3:
        raise bad("near", rule)
    x, y, metres = found
    if not on_earth(x, y):
        raise bad("near", "longitude must lie within -180 and 180, latitude within -90 and 90")
    if not 1 <= metres <= LARGEST_RING:
        raise bad("near", f"must reach from 1 to {LARGEST_RING} metres")
    return x, y, metres


def parse_area(text: str) -> Area:
    """The corners; the first may be said again at the end."""
    found = numbers("area", text, rule := "must be corners: longitude,latitude of each, one after the other")
    if len(found) % 2:
        raise bad("area", rule)
    corners = tuple(zip(found[::2], found[1::2], strict=True))
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners = corners[:-1]
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise bad("area", f"must have from 3 to {MOST_CORNERS} corners")
    if not all(on_earth(*corner) for corner in corners):
        raise bad("area", "longitudes must lie within -180 and 180, latitudes within -90 and 90")
    shape = shape_of(corners)
    if not shape.valid or not shape.area:
        raise bad("area", "must have sides that do not cross, and room between them")
    return corners


def say_numbers(parts: tuple[float, ...]) -> str:
    """Numbers as an address says them."""
    return ",".join(repr(number).removesuffix(".0") for number in parts)


def say_corners(area: Area) -> str:
    return say_numbers(tuple(number for corner in area for number in corner))


def shape_of(area: Area) -> Polygon:
    return Polygon([*area, area[0]], srid=4326)


def box_of(ring: Ring) -> BBox:
    """A box that holds the ring, and a little more."""
    x, y, metres = ring
    south, north = y - metres / LATITUDE, y + metres / LATITUDE
    farthest = max(abs(south), abs(north))
    wide = 360.0 if farthest > 89.9 else metres / (LONGITUDE * math.cos(math.radians(farthest)))
    if wide >= 180:
        return -180.0, max(-90.0, south), 180.0, min(90.0, north)
    west, east = x - wide, x + wide
    return west + 360 * (west < -180), south, east - 360 * (east > 180), north


def box_around(area: Area) -> BBox:
    xs, ys = zip(*area, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def within(geometry: str, bbox: BBox) -> Q:
    """Geometries whose box meets the box; what has no place matches every box (OGC API Features, 7.15.3)."""
    return Q(**{f"{geometry}__isnull": True}) | overlaps(geometry, bbox)


def overlaps(geometry: str, bbox: BBox) -> Q:
    """Geometries whose box meets the box."""
    west, south, east, north = bbox
    boxes = [(west, south, east, north)] if west <= east else [(west, south, 180, north), (-180, south, east, north)]
    condition = Q()
    for box in boxes:
        area = Polygon.from_bbox(box)
        area.srid = 4326
        condition |= Q(**{f"{geometry}__bboverlaps": area})
    return condition


def reaches(geometry: str, ring: Ring) -> Q:
    """Geometries that reach into the ring. The box lets the index find them; what has no place is nowhere near."""
    inside = Within(F(geometry), template=f"ST_DWithin({FAR_APART % ring[:2]}, {ring[2]!r})")
    return overlaps(geometry, box_of(ring)) & Q(inside)


def touches(geometry: str, area: Area) -> Q:
    """Geometries that have a point in common with the area; what has no place has none."""
    return Q(Touches(F(geometry), Value(shape_of(area), output_field=GeometryField(srid=4326))))


def metres_from(geometry: str, ring: Ring) -> Metres:
    """How far a geometry is from the middle of the ring."""
    return Metres(F(geometry), template=f"ST_Distance({FAR_APART % ring[:2]})")
