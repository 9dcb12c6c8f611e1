"""Layers out: /layers.json, /layers/<slug>.<suffix>, /tiles/…"""

import json
from contextlib import ExitStack
from itertools import chain

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from mapping.catalogue import describe
from mapping.conditional import beginning, etag, fresh, not_modified, open_data, streamed, whole
from mapping.errors import Problem
from mapping.formats import FORMATS
from mapping.formats.base import Format
from mapping.formats.rows import snapshot
from mapping.formats.tiles import check_address, tile
from mapping.layers import LAYERS
from mapping.query import Query, bad, parse_city
from mapping.registry import Layer
from mapping.versions import version

TILE_PARAMETERS = ("city", "q", "datetime")


def find_layer(slug: str) -> Layer:
    """The layer of this name; Problem (404) when there is none."""
    if slug not in LAYERS:
        raise Problem("not-found", f"There is no layer of this name; there are: {', '.join(LAYERS)}.")
    return LAYERS[slug]


def find_format(suffix: str) -> Format:
    """The format of this suffix; Problem (404) when there is none."""
    if suffix not in FORMATS:
        raise Problem("not-found", f"There is no such format; there are: {', '.join(FORMATS)}.")
    return FORMATS[suffix]


def healthz(request: HttpRequest) -> HttpResponse:
    """Says ok when the database answers."""
    with connections["public"].cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def layers(request: HttpRequest) -> HttpResponseBase:
    """The list of layers, for programs."""
    if unknown := [name for name in request.GET if name != "city"]:
        raise Problem("unknown-parameter", "", [{"parameter": name, "detail": "not known here"} for name in unknown])
    city = parse_city(request.GET["city"]) if request.GET.get("city") else ""
    with snapshot() as cursor:
        everything = {"layers": [describe(cursor, layer, city) for layer in LAYERS.values()]}
    body = json.dumps(everything, ensure_ascii=False, separators=(",", ":")).encode()
    tag = etag(body)
    return not_modified(tag) if fresh(request, tag) else whole(request, body, "application/json", tag)


@require_safe
def layer_data(request: HttpRequest, slug: str, suffix: str) -> HttpResponseBase:
    """One layer in one format: what the query matches, no more and no less."""
    layer, form = find_layer(slug), find_format(suffix)
    query = Query.parse(layer, request.GET)
    check_crs(query, form)
    with ExitStack() as until_sent:
        cursor = until_sent.enter_context(snapshot())
        tag = etag(version(layer.tables()), query.address(suffix, query.after), settings.RELEASE)
        if fresh(request, tag):
            return not_modified(tag)
        parts = form.write(cursor, query)
        start, finished = beginning(parts)
        if finished:
            response = whole(request, start, form.media_type, tag)
        else:
            response = streamed(request, chain([start], parts), form.media_type, tag, until_sent.pop_all().close)
    name = "-".join(filter(None, [query.city, layer.slug]))
    response["Content-Disposition"] = f'{"attachment" if form.download else "inline"}; filename="{name}.{suffix}"'
    return response


def check_crs(query: Query, form: Format) -> None:
    """Refuses a CRS that this format or this installation does not offer."""
    if query.crs == "CRS84":
        return
    if not form.any_crs:
        raise bad("crs", f"{form.suffix} is always CRS84")
    from mapping.catalogue import crs_list

    if query.crs not in crs_list():
        raise bad("crs", f"must be one of {', '.join(crs_list())}")


@require_safe
def tile_data(request: HttpRequest, slug: str, z: int, x: int, y: int) -> HttpResponseBase:
    """One tile of our map; 204 when it is empty."""
    layer = find_layer(slug)
    check_address(z, x, y)
    query = Query.parse(layer, request.GET, TILE_PARAMETERS)
    with snapshot() as cursor:
        tag = etag(version(layer.tables()), query.address("tile"), z, x, y, settings.RELEASE)
        if fresh(request, tag):
            return not_modified(tag)
        body = tile(cursor, query, z, x, y)
    if not body:
        return open_data(HttpResponse(status=204), tag)
    return whole(request, body, "application/geo+json", tag)


@require_safe
def tile_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """TileJSON 3.0 of a layer."""
    layer = find_layer(slug)
    with snapshot() as cursor, transaction.atomic(using="public"):
        said = describe(cursor, layer, "")
    document = {
        "tilejson": "3.0.0",
        "name": said["title"]["it"],
        "tiles": [f"{settings.SITE_URL}/tiles/{slug}/{{z}}/{{x}}/{{y}}.geojson"],
        "minzoom": layer.zoom[0],
        "maxzoom": layer.zoom[1],
        "bounds": said["bbox"] or [-180, -85.051129, 180, 85.051129],
        "attribution": said["attribution"],
        "vector_layers": [
            {"id": slug, "fields": {one["name"]: one["type"] for one in said["attributes"]}},
        ],
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    return whole(request, body, "application/json", etag(body))
