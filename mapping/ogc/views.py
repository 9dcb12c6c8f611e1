"""The views of the OGC API: each reads its parameters, and answers as JSON or as a page."""

from django.conf import settings
from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from mapping.conditional import etag, fresh, not_modified, open_data, whole
from mapping.formats.mvt import mvt
from mapping.formats.rows import snapshot
from mapping.formats.tiles import check_address
from mapping.layers import LAYERS
from mapping.ogc import collections as layers
from mapping.ogc import crs, landing, links, openapi, pages, tiles
from mapping.ogc import queryables as asking
from mapping.ogc.accept import HTML
from mapping.ogc.answers import answer, said
from mapping.ogc.items import ITEMS, absent
from mapping.ogc.items import item as one_item
from mapping.ogc.negotiation import representation
from mapping.ogc.question import ItemsQuery, once
from mapping.query import Query, bad, unknown_parameters
from mapping.registry import Layer
from mapping.versions import version
from mapping.views import data_response, find_layer


@require_safe
def landing_page(request: HttpRequest) -> HttpResponseBase:
    return answer(request, landing.landing, "ogc/landing.html", layers=LAYERS.values())


@require_safe
def conformance(request: HttpRequest) -> HttpResponseBase:
    return answer(request, landing.conformance, "ogc/conformance.html")


@require_safe
def api(request: HttpRequest) -> HttpResponseBase:
    return answer(request, lambda shown: openapi.document(), "ogc/api.html", links.OPENAPI)


@require_safe
def collections(request: HttpRequest) -> HttpResponseBase:
    return answer(request, layers.listed, "ogc/collections.html")


@require_safe
def collection(request: HttpRequest, slug: str) -> HttpResponseBase:
    layer = find_layer(slug)
    return answer(
        request,
        lambda shown: layers.described(layer, crs.offered(), shown),
        "ogc/collection.html",
        layer=layer,
        drawing=pages.drawing(ItemsQuery(layer)),
    )


@require_safe
def queryables(request: HttpRequest, slug: str) -> HttpResponseBase:
    layer = find_layer(slug)
    return answer(request, lambda shown: asking.document(layer), "ogc/queryables.html", links.SCHEMA, layer=layer)


@require_safe
def tilesets(request: HttpRequest, slug: str) -> HttpResponseBase:
    layer = find_layer(slug)
    return answer(request, lambda shown: tiles.tilesets(layer, shown), "ogc/tilesets.html", layer=layer)


@require_safe
def tileset(request: HttpRequest, slug: str) -> HttpResponseBase:
    layer = find_layer(slug)
    return answer(request, lambda shown: tiles.tileset(layer, shown), "ogc/tileset.html", layer=layer)


@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The records that match, a page of them, as GeoJSON or as a page."""
    layer = find_layer(slug)
    shown = representation(request)
    query = ItemsQuery.read(layer, request.GET)
    try:
        if shown == HTML:
            return pages.items(request, query)
        return with_links(data_response(request, query, ITEMS), layer, query.crs)
    except (DataError, InternalError) as error:
        raise bad("filter", f"cannot be asked: {str(error).splitlines()[0][:200]}") from error


@require_safe
def item(request: HttpRequest, slug: str, uid: str) -> HttpResponseBase:
    """One public record; 410 for one that was public."""
    layer = find_layer(slug)
    shown = representation(request)
    if unknown := [name for name in request.GET if name not in {"f", "crs"}]:
        raise unknown_parameters(unknown)
    given = once(request.GET, ("crs",))
    query = ItemsQuery(layer, crs=crs.parse("crs", given["crs"]) if given else "CRS84", base=links.root())
    if shown == HTML:
        return pages.item(request, query, uid)
    with snapshot() as cursor:
        tag = etag(version(layer.tables), query.address("json"), uid, settings.RELEASE)
        if fresh(request, tag):
            return with_links(not_modified(tag), layer, query.crs)
        body = one_item(cursor, query, uid)
    if not body:
        raise absent(layer, uid)
    return with_links(whole(request, body, links.GEOJSON, tag), layer, query.crs)


def with_links(response: HttpResponseBase, layer: Layer, system: str) -> HttpResponseBase:
    path = f"/collections/{layer.slug}"
    found = links.header([*links.both(f"{links.REL}queryables", f"{path}/queryables", media_type=links.SCHEMA)[:1]])
    return said(response, Content_Crs=f"<{crs.uri(system)}>", Link=found)


@require_safe
def tile(request: HttpRequest, slug: str, z: int, y: int, x: int) -> HttpResponseBase:
    """One vector tile; 204 when it is empty."""
    layer = find_layer(slug)
    check_address(z, x, y)
    params = request.GET.copy()
    if params.pop("f", ["mvt"]) != ["mvt"]:
        raise bad("f", "must be mvt")
    query = Query.parse(layer, params, tiles.PARAMETERS)
    with snapshot() as cursor:
        tag = etag("mvt", version(layer.tables), query.address("tile"), z, x, y, settings.RELEASE)
        if fresh(request, tag):
            return said(not_modified(tag))
        body = mvt(cursor, query, z, x, y)
    if not body:
        return said(open_data(HttpResponse(status=204), tag))
    return said(whole(request, body, links.MVT, tag))
