"""Vector tiles by the words of OGC API Tiles: the tilesets of a layer, in WebMercatorQuad."""

from typing import Any

from django.utils.translation import gettext as _

from mapping.formats.mvt import attributes
from mapping.ogc import crs, links
from mapping.ogc.accept import JSON
from mapping.ogc.collections import bounds
from mapping.ogc.queryables import TYPES, queryables, schema_of
from mapping.registry import Layer

QUAD = "WebMercatorQuad"
SCHEME = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 2}
PARAMETERS = ("city", "datetime")


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
    known = queryables(layer)
    dimensions = {DIMENSIONS.get(name) for name in layer.geometry_types()}
    least, most = layer.zoom
    said = {
        "minTileMatrix": str(least),
        "maxTileMatrix": str(most),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                name: schema_of(known[name]) if name in known else TYPES[kind]
                for name, kind in attributes(layer).items()
            },
        },
    }
    return said | ({"geometryDimension": dimensions.pop()} if len(dimensions) == 1 else {})


def template(layer: Layer) -> links.Link:
    """The address of a tile: its matrix is the zoom, its row comes before its column."""
    href = links.address(f"/collections/{layer.slug}/tiles/{QUAD}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}") + "?f=mvt"
    return links.link("item", href, links.MVT, _("A tile"), templated=True)


def scheme() -> links.Link:
    return links.link(f"{links.REL}tiling-scheme", SCHEME, links.PLAIN_JSON)
