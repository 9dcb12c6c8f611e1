"""The items of a collection and one item as GeoJSON, in any offered CRS: PostGIS writes the bytes."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from mapping.errors import Problem
from mapping.formats.base import Format, Sums
from mapping.formats.geojson import feature, more
from mapping.formats.rows import DIGITS, inner, names, properties, quoted
from mapping.ogc import crs, links
from mapping.ogc.accept import HTML, JSON
from mapping.ogc.question import ItemsQuery
from mapping.query import Query
from mapping.registry import Layer
from neighbourhoods.vocabulary import Visibility

NO_LONGER = (Visibility.HIDDEN, Visibility.WITHDRAWN)


def geometry(name: str) -> str:
    """SQL of the place as GeoJSON text, with the axes in the order of the URI."""
    if name == "CRS84":
        return f"ST_AsGeoJSON(t.g, {DIGITS}, 0)"
    moved = f"ST_Transform(t.g, {crs.code(name)})"
    return f"ST_AsGeoJSON({f'ST_FlipCoordinates({moved})' if crs.flipped(name) else moved}, {crs.digits(name)}, 0)"


def links_of(query: ItemsQuery, after: int | None = None, shown: str = JSON) -> list[links.Link]:
    """The links of a page of items; `after` is the last record where more follow."""
    site = settings.SITE_URL
    path = f"/collections/{query.layer.slug}"
    types = {JSON: links.GEOJSON, HTML: links.PAGE}
    said = [
        links.link("self" if form == shown else "alternate", site + query.address(form, query.after), media_type)
        for form, media_type in types.items()
    ]
    if after is not None:
        said.append(links.link("next", site + query.address(shown, after), types[shown]))
    return [*said, *links.both("collection", path), described(path)]


def described(path: str) -> links.Link:
    return links.link("describedby", links.address(f"{path}/queryables", f=JSON), links.SCHEMA)


def ending(query: ItemsQuery, sums: Sums, total: int) -> bytes:
    """What follows the features: their box where it is in degrees, the counts, the time, the links."""
    goes_on = sums.last is not None and sums.returned == query.limit and more(query, sums, total)
    members: dict[str, object] = {}
    if sums.bbox and query.crs == "CRS84":
        members["bbox"] = [round(number, DIGITS) for number in sums.bbox]
    members |= {
        "numberMatched": total,
        "numberReturned": sums.returned,
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "links": links_of(query, sums.last if goes_on else None),
    }
    return b"]," + json.dumps(members, ensure_ascii=False, separators=(",", ":"))[1:].encode()


ITEMS = Format(
    suffix=JSON,
    title=_("GeoJSON, for maps and programs"),
    media_type=links.GEOJSON,
    row=lambda query: feature(None, properties(query.layer), shape=geometry(query.crs)),
    start=lambda query: b'{"type":"FeatureCollection","features":[',
    end=ending,
    separator=",",
    any_crs=True,
)


def item(cursor: CursorWrapper, query: Query, uid: str) -> bytes:
    """One public record of a layer as a GeoJSON feature with its links; empty bytes where there is none."""
    layer = query.layer
    try:
        source, params = inner(layer, layer.queryset().filter(uid=uid))
    except EmptyResultSet:
        return b""
    named = ", ".join(f"t.c{number} AS {quoted(name)}" for number, name in enumerate(names(layer)))
    row = feature(None, properties(layer), shape=geometry(query.crs))
    cursor.execute(f"SELECT {row} FROM {source} CROSS JOIN LATERAL (SELECT {named}) AS p", params)
    found = cursor.fetchone()
    if found is None:
        return b""
    said = json.dumps(item_links(layer, uid), ensure_ascii=False, separators=(",", ":")).encode()
    return bytes(found[0])[:-1] + b',"links":' + said + b"}"


def item_links(layer: Layer, uid: str, shown: str = JSON) -> list[links.Link]:
    path = f"/collections/{layer.slug}"
    own = links.itself(f"{path}/items/{uid}", links.GEOJSON, shown)
    return [*own, *links.both("collection", path), described(path)]


def absent(layer: Layer, uid: str) -> Problem:
    """Why there is no such record."""
    if layer.queryset().model.objects.using("public").filter(uid=uid, visibility__in=NO_LONGER).exists():
        return Problem("gone", "This record is no longer public.")
    return Problem("not-found", "There is no public record with this identifier in this collection.")
