"""Coordinate reference systems by URI (OGC API Features, Part 2), with the axis order that each URI stands for."""

import re
from functools import lru_cache

from django.contrib.gis.gdal import GDALException, SpatialReference
from django.contrib.gis.geos import GEOSGeometry

from mapping.catalogue import crs_list
from mapping.query import bad

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
WEB_MERCATOR = "EPSG:3857"
LONGITUDE_FIRST = {"CRS84", WEB_MERCATOR}


def offered() -> list[str]:
    """The short names of what is offered here: CRS84, Web Mercator, and those of the cities. One statement."""
    cities = [name for name in crs_list() if name not in LONGITUDE_FIRST]
    return ["CRS84", WEB_MERCATOR, *cities]


def uri(name: str) -> str:
    """`EPSG:32632` as the URI that stands for it."""
    return CRS84 if name == "CRS84" else EPSG + name.removeprefix("EPSG:")


def parse(parameter: str, text: str) -> str:
    """The short name behind a URI, given as a parameter; Problem (400) for one that is not offered."""
    if text == CRS84:
        return "CRS84"
    found = re.fullmatch(re.escape(EPSG) + r"([1-9][0-9]{3,5})", text, re.ASCII)
    if found and (name := f"EPSG:{found[1]}") in offered():
        return name
    raise bad(parameter, f"must be one of {', '.join(uri(name) for name in offered())}")


def code(name: str) -> int:
    """The EPSG code of the coordinates, x before y."""
    return 4326 if name == "CRS84" else int(name.removeprefix("EPSG:"))


@lru_cache
def flipped(name: str) -> bool:
    """Whether the URI puts north before east, as the register of EPSG says it for some systems."""
    if name in LONGITUDE_FIRST:
        return False
    axes = re.findall(r'AXIS\["[^"]*",\s*(NORTH|EAST|SOUTH|WEST)', definition(name).wkt, re.IGNORECASE)
    return bool(axes) and axes[0].upper() in {"NORTH", "SOUTH"}


def geographic(name: str) -> bool:
    """Whether coordinates are degrees."""
    return name == "CRS84" or bool(definition(name).geographic)


@lru_cache
def definition(name: str) -> SpatialReference:
    return SpatialReference(code(name))


def digits(name: str) -> int:
    """Decimals of coordinates: about ten centimetres in degrees, millimetres in metres."""
    return 6 if geographic(name) else 3


def to_degrees(shape: GEOSGeometry, name: str, parameter: str) -> GEOSGeometry:
    """A shape whose coordinates are in this system, x before y, in EPSG:4326; Problem (400) where that cannot be."""
    if name == "CRS84":
        return shape
    try:
        moved = shape.transform(4326, clone=True)
    except GDALException:
        moved = None
    west, south, east, north = moved.extent if moved else (0, 0, 0, 0)
    if moved is None or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise bad(parameter, f"holds coordinates that are nowhere in {uri(name)}")
    return moved
