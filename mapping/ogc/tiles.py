"""Vector tiles by the words of OGC API Tiles: the tilesets of a layer, in WebMercatorQuad."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from mapping.formats import tiles as grid
from mapping.formats.rows import inner, names, quoted
from mapping.ogc import crs, links
from mapping.ogc.accept import JSON
from mapping.ogc.collections import bounds
from mapping.ogc.queryables import queryables, schema_of
from mapping.query import Query, within
from mapping.registry import Layer

QUAD = "WebMercatorQuad"
SCHEME = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 2}
PARAMETERS = ("city", "datetime")
PLAIN = {"integer", "number", "boolean"}


def tilesets(layer: Layer, shown: str = JSON) -> dict[str, Any]:
    """The list of a layer's tilesets: there is one."""
    path = f"/collections/{layer.slug}/tiles"
    entry = common(layer) | {"links": [*links.both("self", f"{path}/{QUAD}"), scheme(), template(layer)]}
    return {"links": links.itself(path, shown=shown), "tilesets": [entry]}


def tileset(layer: Layer, shown: str = JSON) -> dict[str, Any]:
    """What a tileset holds, and the address of its tiles."""
    path = f"/collections/{layer.slug}/tiles/{QUAD}"
    _count, box, _span = bounds(layer)
    said = common(layer) | {
        "links": [
            *links.itself(path, shown=shown),
            template(layer),
            scheme(),
            *links.both(f"{links.REL}geodata", f"/collections/{layer.slug}"),
        ],
        "layers": [{"id": layer.slug, "title": str(layer.title), "dataType": "vector", **content(layer)}],
    }
    if box:
        corners = {"lowerLeft": list(box[:2]), "upperRight": list(box[2:])}
        said["boundingBox"] = corners | {"crs": crs.CRS84}
    return said


def common(layer: Layer) -> dict[str, Any]:
    return {
        "title": str(layer.title),
        "dataType": "vector",
        "crs": crs.uri(crs.WEB_MERCATOR),
        "tileMatrixSetURI": SCHEME,
        "attribution": layer.attribution,
        "mediaTypes": [links.MVT],
    }


def content(layer: Layer) -> dict[str, Any]:
    """What is in a tile of a layer; a layer of several kinds of geometry says no dimension."""
    dimensions = {DIMENSIONS.get(name) for name in layer.geometry_types()}
    least, most = layer.zoom
    said = {
        "minTileMatrix": str(least),
        "maxTileMatrix": str(most),
        "propertiesSchema": {
            "type": "object",
            "properties": {name: schema_of(one) for name, one in queryables(layer).items()},
        },
    }
    return said | ({"geometryDimension": dimensions.pop()} if len(dimensions) == 1 else {})


def template(layer: Layer) -> links.Link:
    """The address of a tile: its matrix is the zoom, its row comes before its column."""
    href = links.address(f"/collections/{layer.slug}/tiles/{QUAD}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}") + "?f=mvt"
    return links.link("item", href, links.MVT, _("A tile"), templated=True)


def scheme() -> links.Link:
    return links.link(f"{links.REL}tiling-scheme", SCHEME, links.PLAIN_JSON)


TILE = """
SELECT ST_AsMVT(m, %s, 4096, 'geom') FROM (
  SELECT ST_AsMVTGeom(ST_Transform(t.g, 3857), ST_TileEnvelope(%s, %s, %s), 4096, 64, true) AS geom, {properties}
  FROM {source}) AS m
"""


def mvt(cursor: CursorWrapper, query: Query, z: int, x: int, y: int) -> bytes:
    """The bytes of one vector tile; none for a tile with nothing in it."""
    layer = query.layer
    west, south, east, north = grid.bounds(z, x, y)
    edge = (east - west) / 64
    box = (max(-180, west - edge), max(-90, south - edge), min(180, east + edge), min(90, north + edge))
    rows = query.rows().filter(within(layer.geometry, box), **{f"{layer.geometry}__isnull": False})
    try:
        source, params = inner(layer, rows)
    except EmptyResultSet:
        return b""
    types = [*(attribute.type for attribute in layer.published), "uri"]
    columns = [
        f"t.c{number}{'' if types[number] in PLAIN else '::text'} AS {quoted(name)}"
        for number, name in enumerate(names(layer))
    ]
    cursor.execute(
        TILE.format(source=source, properties=", ".join(["t.uid AS id", *columns])), (layer.slug, z, x, y, *params)
    )
    return bytes(cursor.fetchone()[0] or b"")
