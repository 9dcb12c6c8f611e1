"""GeoJSON (RFC 7946): CRS84, six decimals, members in the order of the contract."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from mapping.formats.base import Format
from mapping.formats.rows import DIGITS, Sums, chunks, matched
from mapping.query import Query


def tolerance(zoom: int) -> float:
    """Degrees that make about three quarters of a pixel at a Web Mercator zoom."""
    return 360 / 256 / 2**zoom * 0.75


def geometry(zoom: int | None, column: str = "t.g") -> str:
    """SQL of the geometry as GeoJSON text: exact for export, generalised for drawing at a zoom."""
    if zoom is None:
        return f"ST_AsGeoJSON({column}, {DIGITS}, 0)"
    digits = min(DIGITS, 2 + zoom // 3)
    simple = f"ST_SimplifyPreserveTopology({column}, {tolerance(zoom):.9f})"
    return f"ST_AsGeoJSON({simple}, {digits}, 0)"


def feature(zoom: int | None = None, properties: str = "p", member: str = "") -> str:
    """SQL of one feature: `t` holds the row, `properties` the record of its properties.

    `member` is SQL of the text of a foreign member (RFC 7946, 6.1) with its comma, for example `'"point":[7,45],'`.
    """
    return (
        """'{"type":"Feature","id":"' || t.uid || '",' || """
        + (f"{member} || " if member else "")
        + """'"geometry":' || """
        f"coalesce({geometry(zoom)}, 'null') || ',\"properties\":' || row_to_json({properties})::text || '}}'"
    )


def link(query: Query, rel: str, after: int | None = None) -> dict[str, str]:
    href = settings.SITE_URL + query.address("geojson", after)
    return {"href": href, "rel": rel, "type": "application/geo+json"}


def ending(query: Query, sums: Sums, total: int) -> bytes:
    """What follows the features: their box, the counts, the links."""
    members: dict[str, object] = {}
    if sums.bbox:
        members["bbox"] = [round(number, DIGITS) for number in sums.bbox]
    members |= {"numberMatched": total, "numberReturned": sums.returned, "links": [link(query, "self", query.after)]}
    if sums.last is not None and sums.returned == query.limit and more(query, sums, total):
        members["links"] = [link(query, "self", query.after), link(query, "next", sums.last)]
    return json.dumps(members, separators=(",", ":"))[1:].encode()


def more(query: Query, sums: Sums, total: int) -> bool:
    """Whether a matching record follows the last one, in the same snapshot."""
    if query.after is None:
        return total > sums.returned
    return query.rows().using("public").filter(pk__gt=sums.last).exists()


def write(cursor: CursorWrapper, query: Query, seen: str) -> Iterator[bytes]:
    """One FeatureCollection. Counts everything only when a page is asked for."""
    sums = Sums()
    asked = query.limit is not None or query.after is not None
    total = matched(cursor, query, seen) if asked else 0
    yield b'{"type":"FeatureCollection","features":['
    for number, (part, sums) in enumerate(chunks(cursor, query, seen, feature(query.zoom), ",")):  # noqa: B007 -- said below
        yield b"," + part if number else part
    yield b"]," + ending(query, sums, total if asked else sums.returned)


GEOJSON = Format(
    suffix="geojson",
    title=_("GeoJSON, for maps and programs"),
    media_type="application/geo+json",
    write=write,
    losses=_("Coordinates to six decimals, about ten centimetres."),
)
