"""The open-data pages: every layer for people, derived from LAYERS."""

from typing import Any

from django.db.backends.utils import CursorWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mapping.catalogue import crs_list, describe
from mapping.dcat.facts import Facts, all_facts
from mapping.dcat.words import binding
from mapping.formats import FORMATS
from mapping.formats.rows import snapshot
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.registry import Attribute, Layer
from mapping.selection import things
from mapping.sizes import size_of
from mapping.usage import ways
from neighbourhoods.models import City

PREVIEW = 5
LONGEST_CELL = 80


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, and where each layer is explained."""
    cities = list(City.objects.using("public").defer("envelope"))
    with snapshot():
        facts = all_facts()
    layers = [
        summed(layer, [one for one in facts if one.layer is layer])
        | {"downloads": [(form, Query(layer).address(form.suffix)) for form in FORMATS.values()]}
        for layer in LAYERS.values()
    ]
    context = {"layers": layers, "cities": cities, "city": cities[0] if len(cities) == 1 else None}
    return render(request, "mapping/open_data.html", context)


def summed(layer: Layer, here: list[Facts]) -> dict[str, Any]:
    """What several datasets of a layer say together: how many records, changed when, under which licence."""
    licences = {name for one in here for name in one.licences}
    return {
        "layer": layer,
        "count": sum(one.count for one in here),
        "changed": max((one.changed for one in here), default=None),
        "licence": binding(sorted(licences) or [layer.licence]),
        "mixed": len(licences) > 1,
        "attributions": sorted({text for one in here for text in one.attributions}),
    }


@require_safe
def dataset(request: HttpRequest, slug: str, city: str = "") -> HttpResponse:
    """One layer, of all cities or of one: what it holds, how to get it and how to use it."""
    if slug not in LAYERS:
        raise Http404
    layer, query = LAYERS[slug], Query(LAYERS[slug], city=city)
    place = City.objects.using("public").filter(slug=city).first() if city else None
    if city and place is None:
        raise Http404
    with snapshot() as cursor:
        facts = all_facts([layer])
        described = describe(cursor, layer, city, crs_list())
        rows = preview(query)
        written = files(cursor, query, described["version"], described["count"])
    here = [one for one in facts if one.city.slug == city or not city]
    context = summed(layer, here) | {
        "city": place, "datasets": facts, "described": described, "files": written,
        "attributes": layer.published, "preview": rows, "drawing": drawing(layer, here),
        "ways": ways(query, described),
    }  # fmt: skip
    return render(request, "mapping/dataset.html", context)


def files(cursor: CursorWrapper, query: Query, seen: str, count: int) -> list[dict[str, Any]]:
    """Every format: its address, about how large the file is, and what is lost in it."""
    found = []
    for form in FORMATS.values():
        size, exact = size_of(cursor, query, form.suffix, seen, count)
        found.append({"form": form, "address": query.address(form.suffix), "size": size, "exact": exact})
    return found


def preview(query: Query) -> list[list[tuple[Attribute, Any]]]:
    """The first records, each value with its attribute."""
    paths = [attribute.path for attribute in query.layer.published]
    rows = query.rows().using("public").order_by("pk").values_list(*paths)[:PREVIEW]
    return [[(one, cell(one, value)) for one, value in zip(query.layer.published, row, strict=True)] for row in rows]


def cell(attribute: Attribute, value: Any) -> Any:
    """A value as it stands in the files, but not endless."""
    return f"{value[:LONGEST_CELL]}…" if isinstance(value, str) and len(value) > LONGEST_CELL else value


def drawing(layer: Layer, here: list[Facts]) -> str:
    """The address of a drawing of these data; empty where nothing has a place."""
    located = [one for one in here if one.bbox]
    if not located:
        return ""
    shown = layer.slug if layer in things() else ""
    return f"/map.svg?city={located[0].city.slug}&layers={shown}&width=800&height=600"
