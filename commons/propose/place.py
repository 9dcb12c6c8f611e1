"""The places that fit what somebody types: coordinates, a building, a house, a street of the city."""

import re
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.translation import gettext as _

from commons.models import Building, House
from commons.whereabouts import check_in, read_coordinates
from neighbourhoods.models import City, Street
from neighbourhoods.vocabulary import Precision

MOST_FOUND = 8
HOUSE_NUMBER = re.compile(r"[\s,]+\d+\s*(?:[/ ]?\s*[a-z]{1,3})?\s*$", re.I)


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
