"""The parameters of `/map.svg`."""

import re
from dataclasses import dataclass, replace
from typing import Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from mapping.errors import Problem
from mapping.layers import LAYERS
from mapping.query import BBox, Query, bad, parse_city
from mapping.selection import Selection, ground
from mapping.svg import Frame, Subject, extent_of
from neighbourhoods.models import City

SMALLEST, LARGEST = 40, 2000
AROUND = 0.006  # degrees shown around a thing: a few streets
KNOWN = {"city", "layers", "bbox", "width", "height", "feature", "q", "neighbourhood", "district"}


@dataclass(frozen=True)
class Drawing:
    """What to draw: the ground, the layers, the frame in degrees and pixels, and the one thing it is about."""

    ground: list[Subject]
    shown: list[Subject]
    frame: Frame
    title: str
    about: Subject | None = None

    @classmethod
    def of_view(cls, city: City, params: QueryDict, size: tuple[int, int]) -> Self:
        selection = Selection.parse(city, params)
        frame = Frame.around(selection.bbox or city.envelope.extent, *size)
        return cls(
            ground_of(city.slug, frame),
            [Subject.of(replace(query, bbox=frame.box)) for query in selection.shown()],
            frame,
            _("Map of %(city)s") % {"city": city.name},
        )

    @classmethod
    def of_thing(cls, about: Subject, name: str, slug: str, size: tuple[int, int]) -> Self:
        box = extent_of(about)
        if box is None:
            raise Problem("not-found", "This record has no place on the map.")
        frame = Frame.around(widened(box), *size)
        return cls(ground_of(slug, frame), [], frame, name, about)


def ground_of(slug: str, frame: Frame) -> list[Subject]:
    """The layers of the ground that a frame shows."""
    return [Subject.of(Query(layer, city=slug, bbox=frame.box)) for layer in ground()]


def widened(box: BBox) -> BBox:
    """The box with room around it: a tenth of its size, and never less than a few streets."""
    west, south, east, north = box
    across, up = max(AROUND, (east - west) * 0.1), max(AROUND * 0.7, (north - south) * 0.1)
    return west - across, south - up, east + across, north + up


def read_size(params: QueryDict, name: str, default: int) -> int:
    text = params.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) or not SMALLEST <= int(text) <= LARGEST:
        raise bad(name, f"must be a whole number of pixels from {SMALLEST} to {LARGEST}")
    return int(text)


def read_drawing(params: QueryDict) -> Drawing:
    """What `/map.svg` is asked to draw; Problem (400, 404) when it cannot."""
    if unknown := [name for name in params if name not in KNOWN and "." not in name]:
        errors = [{"parameter": name[:100], "detail": "not known here"} for name in unknown[:20]]
        raise Problem("unknown-parameter", f"Not known here: {', '.join(unknown)[:300]}.", errors)
    size = (read_size(params, "width", 800), read_size(params, "height", 600))
    if uid := params.get("feature", ""):
        return find_thing(uid, size)
    city = City.objects.using("public").filter(slug=parse_city(params.get("city", ""))).first()
    if city is None:
        raise bad("city", "is not one of the cities here")
    return Drawing.of_view(city, params, size)


def find_thing(uid: str, size: tuple[int, int]) -> Drawing:
    """The drawing of the record with this uid, in whichever layer it is."""
    for layer in LAYERS.values():
        rows = layer.queryset().filter(uid=uid)
        if row := rows.using("public").values_list("city__slug", "name").first():
            return Drawing.of_thing(Subject(layer, rows), row[1], row[0], size)
    raise Problem("not-found", "There is no public record with this identifier.")
