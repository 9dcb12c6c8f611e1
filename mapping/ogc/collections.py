"""What a collection is: a layer in the words of the OGC API, derived from its entry in LAYERS."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from mapping.catalogue import extent
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.ogc import crs, links
from mapping.ogc.accept import JSON
from mapping.query import Query
from mapping.registry import Layer
from mapping.sums import remembered
from mapping.versions import version
from neighbourhoods.vocabulary import Licence

GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
WORLD = [-180.0, -90.0, 180.0, 90.0]
Bounds = tuple[int, tuple[float, ...] | None, tuple[date | None, date | None] | None]


def bounds(layer: Layer) -> Bounds:
    """How many public records a layer has, the box around them in degrees, their first and last day; None where they
    have no place or no time. Remembered for the version of the layer."""
    query = Query(layer, time=(None, None))
    return remembered(version(layer.tables), "bounds", query, lambda: measured(query))


def measured(query: Query) -> Bounds:
    """The same, found in the records; an open end of some record is an open end of all."""
    with connections["public"].cursor() as cursor:
        count, *box = extent(cursor, query)
    place = tuple(round(number, 6) for number in box) if box[0] is not None else None
    return count, place, times(query.layer) if query.layer.temporal else None


def times(layer: Layer) -> tuple[date | None, date | None]:
    first, last = layer.temporal or ("", "")
    rows = layer.queryset().using("public").order_by()
    found = rows.aggregate(first=Min(first), last=Max(last))
    started = not rows.filter(Q(**{f"{first}__isnull": True})).exists()
    ended = not rows.filter(Q(**{f"{last}__isnull": True})).exists()
    return found["first"] if started else None, found["last"] if ended else None


def extent_of(layer: Layer) -> dict[str, Any]:
    """The extent member: only what is known."""
    _count, place, span = bounds(layer)
    said: dict[str, Any] = {"spatial": {"bbox": [list(place or WORLD)], "crs": crs.CRS84}}
    if span and any(span):
        ends = [day.isoformat() + "T00:00:00Z" if day else None for day in span]
        if span[1]:
            ends[1] = span[1].isoformat() + "T23:59:59Z"
        said["temporal"] = {"interval": [ends], "trs": GREGORIAN}
    return said


def described(layer: Layer, systems: list[str], shown: str = JSON) -> dict[str, Any]:
    """One collection; `systems` are the coordinate systems offered here."""
    return {
        "id": layer.slug,
        "title": str(layer.title),
        "description": str(layer.description),
        **({"attribution": layer.attribution} if layer.attribution else {}),
        "extent": extent_of(layer),
        "itemType": "feature",
        "crs": [crs.uri(name) for name in systems],
        "storageCrs": crs.CRS84,
        "licence": layer.licence,
        "links": links_of(layer, shown),
    }


def links_of(layer: Layer, shown: str = JSON) -> list[links.Link]:
    """The links of a collection: itself, its items, its queryables, its tiles, its licence and its files."""
    path = f"/collections/{layer.slug}"
    licence = Licence(layer.licence)
    said = [
        *links.itself(path, shown=shown),
        *links.both("items", f"{path}/items", _("The records"), links.GEOJSON),
        *links.both(f"{links.REL}queryables", f"{path}/queryables", _("What can be asked for"), links.SCHEMA),
        *links.both(f"{links.REL}tilesets-vector", f"{path}/tiles", _("Vector tiles")),
        links.link("describedby", links.address(f"{path}/queryables", f=JSON), links.SCHEMA),
    ]
    if licence.url:
        said.append(links.link("license", licence.url, links.PAGE, str(licence.label)))
    for form in FORMATS.values():
        href = settings.SITE_URL + Query(layer).address(form.suffix)
        said.append(links.link("enclosure", href, form.media_type, str(form.title)))
    return said


def listed(shown: str = JSON) -> dict[str, Any]:
    """The document of all collections."""
    systems = crs.offered()
    return {
        "title": _("Layers"),
        "links": links.itself("/collections", shown=shown),
        "collections": [described(layer, systems) for layer in LAYERS.values()],
        "crs": [crs.uri(name) for name in systems],
    }
