"""Layers out: /layers.json, /layers/<slug>.<suffix>, /tiles/…"""

import json
from contextlib import ExitStack, closing
from itertools import chain

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from mapping.catalogue import describe_all
from mapping.conditional import beginning, etag, fresh, not_modified, open_data, streamed, whole
from mapping.errors import Problem
from mapping.exporting.answers import disposition, file_response, tag_of
from mapping.exporting.crs import check_crs
from mapping.formats import FORMATS, FileFormat, Format, mvt, tiles
from mapping.formats.rows import snapshot, text_as_bytes
from mapping.formats.writing import at_once, parts
from mapping.layers import LAYERS
from mapping.query import Query, bad, parse_city, unknown_parameters
from mapping.registry import Layer
from mapping.versions import version

TILE_PARAMETERS = ("city", "q", "datetime", "near", "area")


def find_layer(slug: str) -> Layer:
    """The layer of this name; Problem (404) when there is none."""
    if slug not in LAYERS:
        raise Problem("not-found", f"There is no layer of this name; there are: {', '.join(LAYERS)}.")
    return LAYERS[slug]


def find_format(suffix: str) -> Format | FileFormat:
    """The format of this suffix; Problem (404) when there is none."""
    if suffix not in FORMATS:
        raise Problem("not-found", f"There is no such format; there are: {', '.join(FORMATS)}.")
    return FORMATS[suffix]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Says ok when the database answers."""
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def layers(request: HttpRequest) -> HttpResponseBase:
    """The list of layers, for programs; `city` counts one city only."""
    city = only_city(request)
    with snapshot() as cursor:
        everything = {"layers": describe_all(cursor, list(LAYERS.values()), city)}
    return document(request, everything)


@require_safe
def layer_data(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    """One layer in one format: what the query matches, no more and no less."""
    layer, form = find_layer(slug), find_format(suffix)
    query = Query.parse(layer, request.GET)
    check_crs(query, form)
    if isinstance(form, FileFormat):
        return file_response(request, query, form)
    response = data_response(request, query, form)
    response["Content-Disposition"] = disposition(query, form)
    return response


def data_response(request: HttpRequest, query: Query, form: Format) -> HttpResponseBase:
    """The answer, 304 when the client has it; tag and bytes are of one snapshot. Who has a tag is first told whether it
    still holds."""
    if "If-None-Match" in request.headers and fresh(request, tag := tag_of(query, form, version(query.layer.tables))):
        return not_modified(tag)
    if answer := at_once(query, form):
        seen, body = answer
        return whole(request, body, form.media_type, tag_of(query, form, seen))
    with ExitStack() as until_sent:
        cursor = until_sent.enter_context(snapshot())
        seen = version(query.layer.tables)
        tag = tag_of(query, form, seen)
        pieces = until_sent.enter_context(closing(parts(cursor, query, form, seen)))
        start, finished = beginning(pieces)
        if finished:
            return whole(request, start, form.media_type, tag)
        return streamed(request, chain([start], pieces), form.media_type, tag, until_sent.pop_all().close)


@require_safe
def tile_data(request: HttpRequest, slug: str, z: int, x: int, y: int) -> HttpResponseBase:
    """One tile of our map; 204 when it is empty."""
    return tile_response(request, slug, (z, x, y), tiles.statement, "application/geo+json")


@require_safe
def tile_mvt(request: HttpRequest, slug: str, z: int, x: int, y: int) -> HttpResponseBase:
    """One vector tile, for QGIS and other programs; 204 when it is empty."""
    return tile_response(request, slug, (z, x, y), mvt.statement, mvt.MEDIA_TYPE)


def tile_response(
    request: HttpRequest, slug: str, address: tiles.Address, make: tiles.Maker, media_type: str
) -> HttpResponseBase:
    """The tile and its tag by one statement; who has a tag is first told whether it still holds."""
    layer = find_layer(slug)
    tiles.check_address(*address)
    query = Query.parse(layer, request.GET, TILE_PARAMETERS)

    def tag_at(seen: str) -> str:
        return etag(seen, query.address("tile"), media_type, *address, settings.RELEASE)

    if "If-None-Match" in request.headers and fresh(request, tag := tag_at(version(layer.tables))):
        return not_modified(tag)
    with connections["public"].cursor() as cursor:
        text_as_bytes(cursor)
        seen, body = tiles.tile(cursor, query, address, make)
    tag = tag_at(seen)
    return whole(request, body, media_type, tag) if body else open_data(HttpResponse(status=204), tag)


@require_safe
def tile_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """TileJSON 3.0 of a layer: vector tiles, and as `data` the GeoJSON tiles of our own map."""
    layer, city = find_layer(slug), only_city(request)
    only = f"?city={city}" if city else ""
    with snapshot() as cursor:
        (said,) = describe_all(cursor, [layer], city)
    return document(
        request,
        {
            "tilejson": "3.0.0",
            "name": said["title"]["it"],
            "tiles": [f"{settings.SITE_URL}/tiles/{slug}/{{z}}/{{x}}/{{y}}.mvt{only}"],
            "data": [f"{settings.SITE_URL}/tiles/{slug}/{{z}}/{{x}}/{{y}}.geojson{only}"],
            "minzoom": layer.zoom[0],
            "maxzoom": layer.zoom[1],
            "bounds": said["bbox"] or [-180, -85.051129, 180, 85.051129],
            "attribution": said["attribution"],
            "vector_layers": [{"id": slug, "fields": mvt.attributes(layer)}],
        },
    )


def only_city(request: HttpRequest) -> str:
    """The city asked for, empty for all; Problem (400) when anything else is asked."""
    if unknown := [name for name in request.GET if name != "city"]:
        raise unknown_parameters(unknown)
    given = request.GET.getlist("city")
    if len(given) > 1:
        raise bad("city", "may be given once only")
    return parse_city(given[0]) if given and given[0] else ""


def document(request: HttpRequest, content: dict) -> HttpResponseBase:
    """A JSON document, or 304 when the client has it."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    tag = etag(body)
    return not_modified(tag) if fresh(request, tag) else whole(request, body, "application/json", tag)
