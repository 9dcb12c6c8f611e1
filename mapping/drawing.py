"""What `/map.svg` and `/map.png` are asked to draw, and the answer."""

import re
from dataclasses import dataclass, replace
from typing import Self

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mapping.conditional import etag, fresh, not_modified, whole
from mapping.errors import Problem
from mapping.frame import Frame
from mapping.layers import LAYERS
from mapping.overlay import overlay
from mapping.query import BBox, Query, bad, parse_city, unknown_parameters
from mapping.raster import check_area, png
from mapping.selection import TERRITORIES, Selection, ground
from mapping.svg import Subject, draw, extent_of
from mapping.versions import version
from neighbourhoods.models import City

SMALLEST, LARGEST = 40, 2000
AROUND = 0.006  # degrees shown around a thing: a few streets
ONCE = ("city", "width", "height", "feature", "lang", "bbox", "q", "datetime", "near", "area")
KNOWN = {*ONCE, *TERRITORIES, "layers"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True)
class Drawing:
    """What to draw: the ground, the layers, the frame in degrees and pixels, and the one thing it is about."""

    ground: list[Subject]
    shown: list[Subject]
    frame: Frame
    title: str
    about: Subject | None = None
    over: str = ""

    @classmethod
    def of_view(cls, city: City, params: QueryDict, size: tuple[int, int]) -> Self:
        selection = Selection.parse(city, params)
        about, box = territory_of(selection), selection.bbox
        if about and not box and (around := extent_of(about)):
            box = widened(around)
        frame = Frame.around(box or city.envelope.extent, *size)
        title = _("Map of %(city)s") % {"city": city.name}
        below = [Subject.of(selection.ground(layer)) for layer in ground()]
        shown = [Subject.of(one) for one in selection.shown()]
        return cls(below, shown, frame, title, about, overlay(selection, frame))

    @classmethod
    def of_thing(cls, about: Subject, name: str, slug: str, size: tuple[int, int]) -> Self:
        box = extent_of(about)
        if box is None:
            raise Problem("not-found", "This record has no place on the map.")
        frame = Frame.around(widened(box), *size)
        return cls(ground_of(slug), [], frame, name, about)

    @property
    def tables(self) -> list[str]:
        """The tables whose change may change the picture."""
        about = [self.about] if self.about else []
        return sorted({table for one in (*self.ground, *self.shown, *about) for table in one.layer.tables})

    def svg(self, seen: str) -> str:
        """The picture, in a snapshot whose version is `seen`."""
        shown = [replace(subject, seen=seen) for subject in self.shown]
        with connections["public"].cursor() as cursor:
            drawn = draw(cursor, self.ground, shown, self.frame, self.title, self.about)
        return drawn.removesuffix("</svg>") + self.over + "</svg>" if self.over else drawn


def territory_of(selection: Selection) -> Subject | None:
    """The territories by which a selection is filtered."""
    for name in TERRITORIES:
        if chosen := selection.params.get(name):
            layer = LAYERS[f"{name}s"]
            query = Query(layer, city=selection.city.slug, filters={"name": tuple(chosen)})
            return Subject(layer, None, query, frozenset(chosen) if name == TERRITORIES[0] else frozenset())
    return None


def ground_of(slug: str) -> list[Subject]:
    """The layers of the ground."""
    return [Subject.of(Query(layer, city=slug)) for layer in ground()]


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


def read_language(params: QueryDict) -> str:
    """The language of the title; what a browser would like has no part in a picture."""
    said = params.get("lang") or settings.LANGUAGE_CODE
    if said not in dict(settings.LANGUAGES):
        raise bad("lang", f"must be one of {', '.join(dict(settings.LANGUAGES))}")
    return said


def read_drawing(params: QueryDict) -> Drawing:
    """What is asked to be drawn; Problem (400, 404) when it cannot."""
    if unknown := [name for name in params if name not in KNOWN and "." not in name]:
        raise unknown_parameters(unknown)
    for name in ONCE:
        if len(params.getlist(name)) > 1:
            raise bad(name, "may be given once only")
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
            return Drawing.of_thing(Subject(layer, rows, called=frozenset([uid])), row[1], row[0], size)
    raise Problem("not-found", "There is no public record with this identifier.")


@require_safe
def map_svg(request: HttpRequest) -> HttpResponseBase:
    """The drawing of a view, or of one thing with its surroundings."""
    tag, drawn = asked(request, "svg")
    if drawn is None:
        return not_modified(tag)
    response = whole(request, drawn.encode(), "image/svg+xml", tag)
    response["Content-Security-Policy"] = POLICY
    return response


@require_safe
def map_png(request: HttpRequest) -> HttpResponseBase:
    """The same in pixels, for mails and cards that show no vectors."""
    tag, drawn = asked(request, "png")
    return not_modified(tag) if drawn is None else whole(request, png(drawn), "image/png", tag)


def asked(request: HttpRequest, suffix: str) -> tuple[str, str | None]:
    """The tag of the picture that a request asks for, and the drawing; none where the client has it already. Tag and
    drawing are of one snapshot."""
    said = sorted((name, request.GET.getlist(name)) for name in request.GET)
    with translation.override(read_language(request.GET)), transaction.atomic(using="public"):
        drawing = read_drawing(request.GET)
        if suffix == "png":
            check_area(drawing.frame.width, drawing.frame.height)
        seen = version(drawing.tables)
        tag = etag(seen, said, suffix, settings.RELEASE)
        return tag, None if fresh(request, tag) else drawing.svg(seen)
