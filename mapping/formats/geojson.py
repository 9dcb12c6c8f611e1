"""GeoJSON (RFC 7946): CRS84, six decimals, members in the order of the contract; the same as a sequence (RFC 8142)."""

import json

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mapping.formats.base import Format, Sums
from mapping.formats.rows import DIGITS, properties
from mapping.query import Query


def tolerance(zoom: int) -> float:
    """Degrees that make about three quarters of a pixel at a Web Mercator zoom."""
    return 360 / 256 / 2**zoom * 0.75


def geometry(zoom: int | None, stored: str = "") -> str:
    """SQL of the geometry as GeoJSON text: exact for export, generalised for drawing at a zoom unless it is `stored`
    so."""
    if zoom is None:
        return f"ST_AsGeoJSON(t.g, {DIGITS}, 0)"
    digits = min(DIGITS, 2 + zoom // 3)
    simple = "t.g" if stored else f"ST_SimplifyPreserveTopology(t.g, {tolerance(zoom):.9f})"
    return f"ST_AsGeoJSON({simple}, {digits}, 0)"


WRITTEN = "row_to_json(p)::text"  # the properties as JSON text, where none are kept


def feature(zoom: int | None = None, said: str = WRITTEN, member: str = "", stored: str = "", shape: str = "") -> str:
    """SQL of one feature: `t` holds the row, `said` is SQL of the text of its properties.

    `stored` names the field of a geometry that is simplified already. `member` is SQL of the text of a foreign member
    (RFC 7946, 6.1) with its comma, for example `'"point":[7,45],'`. `shape` is SQL of the geometry as GeoJSON text,
    where it is not the usual one.
    """
    return (
        """'{"type":"Feature","id":"' || t.uid || '",' || """
        + (f"{member} || " if member else "")
        + """'"geometry":' || """
        f"coalesce({shape or geometry(zoom, stored)}, 'null') || "
        f"',\"properties\":' || {said} || '}}'"
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
    return b"]," + json.dumps(members, separators=(",", ":"))[1:].encode()


def more(query: Query, sums: Sums, total: int) -> bool:
    """Whether a matching record follows the last one, in the same snapshot."""
    if sums.more is not None:
        return sums.more
    if query.after is None:
        return total > sums.returned
    return query.rows().using("public").filter(pk__gt=sums.last).exists()


GEOJSON = Format(
    suffix="geojson",
    title=_("GeoJSON, for maps and programs"),
    media_type="application/geo+json",
    row=lambda query: feature(query.zoom, properties(query.layer), stored=query.layer.stored(query.zoom)),
    start=lambda query: b'{"type":"FeatureCollection","features":[',
    end=ending,
    separator=",",
    generalises=True,
    losses=_("Coordinates to six decimals, about ten centimetres."),
    driver="GeoJSON",
)

SEQUENCE = Format(
    suffix="geojsonl",
    title=_("GeoJSON sequence, record by record"),
    media_type="application/geo+json-seq",
    row=lambda query: f"chr(30) || {feature(None, properties(query.layer))} || chr(10)",
    start=lambda query: b"",
    end=lambda query, sums, total: b"",
    download=True,
    losses=_("Coordinates to six decimals, about ten centimetres."),
    driver="GeoJSONSeq",
)
