"""`/catalog` and `/catalog.ttl|.rdf|.jsonld`: the catalogue for portals, in the form they ask for."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from mapping.conditional import etag, fresh, not_modified, open_data, whole
from mapping.dcat.facts import all_facts
from mapping.dcat.graph import catalogue
from mapping.dcat.words import PREFIXES
from mapping.errors import Problem
from mapping.formats.rows import snapshot
from mapping.layers import LAYERS
from mapping.versions import version
from mapping.views import only_city
from neighbourhoods.models import City

FORMS = {
    "ttl": ("turtle", "text/turtle"),
    "rdf": ("xml", "application/rdf+xml"),
    "jsonld": ("json-ld", "application/ld+json"),
}
CITY_TABLE = "neighbourhoods_city"


@require_safe
def document(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The catalogue, of one city when `city` names it; 304 when the client has it."""
    if suffix not in FORMS:
        raise Problem("not-found", f"The catalogue is there as {', '.join(FORMS)}.")
    city = only_city(request)
    with snapshot():
        seen = version(sorted({CITY_TABLE, *(table for layer in LAYERS.values() for table in layer.tables)}))
        tag = etag(seen, city, suffix, settings.SITE_URL, settings.RELEASE)
        if fresh(request, tag):
            return not_modified(tag)
        body = written(seen, city, suffix)
    response = whole(request, body, f"{FORMS[suffix][1]}; charset=utf-8", tag)
    response["Link"] = ", ".join(
        f'<{address(other, city)}>; rel="alternate"; type="{kind}"'
        for other, (_form, kind) in FORMS.items()
        if other != suffix
    )
    return response


@lru_cache(maxsize=20)
def written(seen: str, city: str, suffix: str) -> bytes:
    """The bytes of the catalogue at a version of everything, remembered: writing them takes longer than reading."""
    cities = list(City.objects.using("public").defer("envelope").order_by("name"))
    if city:
        cities = [one for one in cities if one.slug == city]
        if not cities:
            raise Problem("not-found", "There is no city of this name.")
    graph = catalogue(all_facts(city=city), cities, city)
    form, _kind = FORMS[suffix]
    if form == "json-ld":
        text = graph.serialize(format=form, context={name: str(space) for name, space in PREFIXES.items()}, indent=1)
    else:
        text = graph.serialize(format=form)
    return text.encode()


@require_safe
def negotiated(request: HttpRequest) -> HttpResponseBase:
    """Leads to the form that the client likes best; people get the page of the data."""
    city = only_city(request)
    kinds = {kind: suffix for suffix, (_form, kind) in FORMS.items()} | {"text/html": None}
    kind = request.get_preferred_type(list(kinds))
    if kind is None:
        raise Problem("not-acceptable", f"The catalogue is there as {', '.join(kinds)}.")
    response = HttpResponse(status=303)
    response["Location"] = address(kinds[kind], city) if kinds[kind] else "/data/"
    open_data(response)
    patch_vary_headers(response, ["Accept"])
    return response


def address(suffix: str, city: str) -> str:
    return f"/catalog.{suffix}" + (f"?city={city}" if city else "")
