"""The OpenAPI 3.0 document of the OGC API, derived from LAYERS: every collection has its own paths."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mapping.errors import PROBLEMS
from mapping.formats.tiles import DEEPEST
from mapping.layers import LAYERS
from mapping.ogc import cql, crs, links
from mapping.ogc.queryables import value_schema
from mapping.ogc.question import DEFAULT_LIMIT, LARGEST_LIMIT, parameters
from mapping.ogc.schemas import SCHEMAS
from mapping.ogc.tiles import QUAD
from mapping.registry import Attribute, Layer

Said = dict[str, Any]
TEXT = {"type": "string"}
NUMBERS = {"type": "array", "items": {"type": "number"}}


def document() -> Said:
    """The whole description, in the language of this thread."""
    systems = [crs.uri(name) for name in crs.offered()]
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("The shared map of a city's commons"),
            "version": "1.0.0",
            "description": _("Every public layer by OGC API Features and Tiles. Errors are documents of RFC 9457."),
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": settings.SITE_URL + links.root()}],
        "tags": [{"name": "Capabilities"}, *({"name": slug} for slug in LAYERS)],
        "paths": paths(),
        "components": {"parameters": shared(systems), "schemas": SCHEMAS, "responses": responses()},
    }


def paths() -> Said:
    found = {
        "/": operation("getLandingPage", _("The landing page"), "landingPage"),
        "/conformance": operation("getConformance", _("The standards it keeps"), "conformance"),
        "/api": operation("getApi", _("This document"), "api", media_type=links.OPENAPI),
        "/collections": operation("getCollections", _("Layers"), "collections"),
    }
    for layer in LAYERS.values():
        found |= paths_of(layer)
    return found


def paths_of(layer: Layer) -> Said:
    """The paths of one collection, spelt out: some clients look for them letter by letter."""
    slug, title = layer.slug, str(layer.title)
    path = f"/collections/{slug}"
    own = [of_attribute(name, one) for name, one in parameters(layer).items()]
    items = refs(
        "bbox", "bbox-crs", "crs", "datetime", "limit", "cursor", "city", "filter", "filter-lang", "filter-crs"
    )
    uid = parameter("featureId", TEXT, _("The identifier of a record"), place="path")
    tile = [parameter(name, schema, place="path") for name, schema in TILE.items()]
    return {
        path: operation(f"describe_{slug}", title, "collection", tag=slug),
        f"{path}/items": operation(
            f"get_{slug}", title, "featureCollection", [*items, *own], links.GEOJSON, slug, headers=("Content-Crs",)
        ),
        f"{path}/items/{{featureId}}": operation(
            f"get_{slug}_one", title, "feature", [uid, *refs("crs")], links.GEOJSON, slug, ("Content-Crs",), (404, 410)
        ),
        f"{path}/queryables": operation(f"ask_{slug}", title, "queryables", media_type=links.SCHEMA, tag=slug),
        f"{path}/tiles": operation(f"tilesets_{slug}", title, "tileSets", tag=slug),
        f"{path}/tiles/{QUAD}": operation(f"tileset_{slug}", title, "tileSet", tag=slug),
        f"{path}/tiles/{QUAD}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": tile_operation(layer, tile),
    }


TILE: Said = {
    "tileMatrix": {"type": "string", "enum": [str(zoom) for zoom in range(DEEPEST + 1)]},
    "tileRow": {"type": "integer", "minimum": 0},
    "tileCol": {"type": "integer", "minimum": 0},
}


def operation(
    name: str,
    summary: str,
    schema: str,
    more: list[Said] | None = None,
    media_type: str = links.PLAIN_JSON,
    tag: str = "Capabilities",
    headers: tuple[str, ...] = (),
    also: tuple[int, ...] = (),
) -> Said:
    """A GET that answers as JSON or as a page; `also` are statuses that only it has."""
    good: Said = {
        "description": summary,
        "content": {
            media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}},
            links.PAGE: {"schema": TEXT},
        },
    }
    if headers:
        good["headers"] = {header: {"schema": TEXT} for header in headers}
    answers = {"200": good, "304": {"$ref": "#/components/responses/304"}} | errors(400, 406, *also, 500, 503)
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": [tag],
            "parameters": [*(more or []), *refs("f")],
            "responses": answers,
        }
    }


def tile_operation(layer: Layer, address: list[Said]) -> Said:
    filters = [of_attribute(name, one) for name, one in layer.filters.items()]
    binary = {"schema": {"type": "string", "format": "binary"}}
    answers = {
        "200": {"description": _("A tile"), "content": {links.MVT: binary}},
        "204": {"description": _("A tile with nothing in it")},
        "304": {"$ref": "#/components/responses/304"},
    }
    return {
        "get": {
            "operationId": f"tile_{layer.slug}",
            "summary": str(layer.title),
            "tags": [layer.slug],
            "parameters": [*address, *refs("city", "datetime", "f-tile"), *filters],
            "responses": answers | errors(400, 404, 500, 503),
        }
    }


def parameter(name: str, schema: Said, description: str = "", place: str = "query") -> Said:
    said: Said = {"name": name, "in": place, "schema": schema, "required": place == "path"}
    if place == "query":
        said |= {"style": "form", "explode": False} if schema.get("type") == "array" else {"style": "form"}
    return said | ({"description": description} if description else {})


def of_attribute(name: str, attribute: Attribute) -> Said:
    """A filter by an attribute; several values of a list are the parameter several times."""
    said = parameter(name, value_schema(attribute), str(attribute.title))
    return said | ({"explode": True} if attribute.type == "array" else {})


def refs(*names: str) -> list[Said]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def shared(systems: list[str]) -> Said:
    """The parameters that collections have in common."""
    system = {"type": "string", "format": "uri", "enum": systems, "default": crs.CRS84}
    box = NUMBERS | {"minItems": 4, "maxItems": 6, "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6}]}
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}
    language = {"type": "string", "enum": list(cql.LANGUAGES), "default": cql.LANGUAGES[0]}
    said = {
        "f": parameter("f", {"type": "string", "enum": ["json", "html"]}, _("The representation")),
        "bbox": parameter("bbox", box, _("Lower corner, upper corner. What has no place always matches.")),
        "bbox-crs": parameter("bbox-crs", system, _("The coordinate system of bbox")),
        "crs": parameter("crs", system, _("The coordinate system of the answer")),
        "datetime": parameter("datetime", TEXT, _("A moment, or an interval such as 2018-01-01/..")),
        "limit": parameter("limit", limit, _("At most so many records; more than the maximum counts as it")),
        "cursor": parameter("cursor", TEXT, _("Where to go on: follow the next link")),
        "city": parameter("city", {"type": "string", "pattern": "^[a-z0-9-]{1,50}$"}, _("Only this city")),
        "filter": parameter("filter", {"type": "string", "maxLength": cql.LONGEST}, _("A condition in CQL2")),
        "filter-lang": parameter("filter-lang", language, _("The language of filter")),
        "filter-crs": parameter("filter-crs", system, _("The coordinate system of the shapes in filter")),
    }
    tile = parameter("f", {"type": "string", "enum": ["mvt"]}, _("The representation"))
    return said | {"f-tile": tile}


def responses() -> Said:
    found: Said = {"304": {"description": _("What the client has is still so")}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    for status in (400, 404, 406, 410, 500, 503):
        titles = [title for code, title in PROBLEMS.values() if code == status]
        content = {} if status == 500 else {"content": problem | {links.PAGE: {"schema": TEXT}}}
        found[str(status)] = {"description": "; ".join(titles) or _("A mistake of ours"), **content}
    return found


def errors(*statuses: int) -> Said:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}
