"""The map page and its fragments: the face of everything that is published."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from mapping.asking import distance_words, rings, years
from mapping.browser import browser_config
from mapping.credits import credits_of
from mapping.finding.jumps import list_alike, list_jumps
from mapping.formats import FORMATS
from mapping.layers import LAYERS
from mapping.legend import LegendRow, chosen_chips, legend_rows, territory_filters
from mapping.panel import panel_of
from mapping.places import PAGE, around, list_places, room
from mapping.printing import imprint
from mapping.query import Query, bad
from mapping.selection import Selection, ground, narrows
from mapping.svg import Subject, extent_of
from mapping.where import BBox, box_around, box_of
from neighbourhoods.models import City, Partition
from neighbourhoods.vocabulary import Licence

IMAGE = (1000, 750)
NEAREST = 0.012  # degrees: a search that finds one place still shows the streets around it


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The map, where there is one city; else the cities."""
    cities = list(City.objects.using("public").all())
    if len(cities) == 1:
        return redirect("map", cities[0].slug)
    return render(request, "mapping/cities.html", {"cities": cities, "city": None})


def only_city() -> City | None:
    """The city of this installation, where there is one."""
    cities = City.objects.using("public").all()[:2]
    return cities[0] if len(cities) == 1 else None


@require_safe
def map_page(request: HttpRequest, city: str) -> HttpResponse:
    """The map of a city; with `fragment=list` or `fragment=panel`, only that part of it."""
    place = get_object_or_404(City.objects.using("public"), slug=city)
    selection = Selection.parse(place, request.GET)
    match request.GET.get("fragment", ""):
        case "list":
            return render(request, "mapping/_results.html", results(request, selection))
        case "panel":
            return render(request, "mapping/_panel.html", panel_of(selection) or absent())
        case "":
            return render(request, "mapping/map.html", whole_page(request, selection))
    raise bad("fragment", "must be list or panel")


def absent() -> dict[str, Any]:
    raise Http404


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page") or "1"
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 10_000):
        raise bad("page", "must be a whole number, 1 or more")
    return int(text)


def results(request: HttpRequest, selection: Selection) -> dict[str, Any]:
    """The list, with everything that must agree with it: counts, downloads, what to do when it is empty."""
    counts, page = selection.counts(), page_number(request)
    total = sum(counts[layer.slug] for layer in selection.visible)
    unlocated = selection.unlocated()
    everywhere = selection.everywhere()
    rows = legend_rows(selection, counts)
    territories = territory_filters(selection)
    extent = found_box(selection)
    return {
        "city": selection.city,
        "selection": selection,
        "counts": counts,
        "total": total,
        "located": total - unlocated,
        "unlocated": unlocated,
        "places": list_places(selection, page),
        "page": page,
        "next_page": selection.address(page=str(page + 1)) if total > page * PAGE else "",
        "alike": [] if total else list_alike(selection),
        "rows": rows,
        "territories": territories,
        "chips": chosen_chips(selection, rows, territories),
        **downloads(selection, counts),
        **ways_on(selection),
        "elsewhere": sum(everywhere.counts(shown_only=True).values()) - unlocated if total == unlocated else 0,
        "everywhere": everywhere.address(),
        "counted": counted(counts, rows, selection.straddling()),
        "extent": extent,
        "image": selection.image(selection.bbox or extent or first_box(selection.city), *IMAGE),
    }


def ways_on(selection: Selection) -> dict[str, Any]:
    """Other questions that lead on from this one."""
    return {
        "jumps": [(jump, selection.address(q=[], bbox=box_text(jump.box))) for jump in list_jumps(selection)],
        "rings": rings(selection),
        "radius": distance_words(selection.near[2]) if selection.near else "",
        "unfiltered": selection.unfiltered(),
        "all_layers": selection.address(layers=[]),
    }


def downloads(selection: Selection, counts: dict[str, int]) -> dict[str, Any]:
    """What of the list can be taken away: how many of each layer, in which formats beside CSV and GeoJSON."""
    return {
        "formats": [form for form in FORMATS.values() if form.suffix not in {"csv", "geojson"}],
        "downloads": [(query.layer, counts[query.layer.slug], query) for query in selection.shown()],
    }


def counted(counts: dict[str, int], rows: list[LegendRow], straddling: list | None = None) -> dict[str, Any]:
    """What the script must know to keep legend and list the same."""
    states = {f"{row.states.name}.{c.value}": c.count for row in rows if row.states for c in row.states.choices}
    return {"counts": counts | states, "straddling": straddling or []}


def whole_page(request: HttpRequest, selection: Selection) -> dict[str, Any]:
    """The list and everything around it."""
    context, city = results(request, selection), selection.city
    home = first_box(city)
    box = selection.bbox or context["extent"] or home
    return context | {
        "box": box,
        "view": box_text(box),
        "years": years(selection),
        "imprint": imprint(box, IMAGE),
        "licences": sorted({str(Licence(layer.licence).label) for layer in selection.visible}),
        "site": settings.SITE_URL,
        "panel": panel_of(selection) if selection.feature else None,
        "credits": credits_of(city.slug),
        "schematic": Partition.objects.using("public").filter(city=city, current=True, schematic=True).exists(),
        "config": browser_config(selection, request.path, box, home),
    }


def box_text(box: BBox) -> str:
    return ",".join(f"{number:.6f}" for number in box)


def found_box(selection: Selection) -> BBox | None:
    """The box around what words and filters find anywhere in the city; None when nothing narrows the view."""
    if not selection.narrowed or not {name for name in selection.params if narrows(name)} - {"datetime"}:
        return None
    if selection.area:
        return box_around(selection.area)
    if selection.near:
        return box_of(selection.near)
    for name in ("neighbourhood", "district"):
        if names := selection.params.get(name):
            layer = LAYERS[f"{name}s"]
            rows = Query(layer, city=selection.city.slug).rows().filter(name__in=names)
            if boundary := extent_of(Subject(layer, rows)):
                return boundary
    everywhere = selection.everywhere()
    extents = [everywhere.sum_of("box", one, lambda one=one: extent_of(Subject.of(one))) for one in everywhere.shown()]
    boxes = [box for box in extents if box]
    return room(around(boxes), NEAREST) if boxes else None


def first_box(city: City) -> BBox:
    """What the map shows first: the territories in force, else the city's envelope."""
    territories = [Query(layer, city=city.slug) for layer in ground() if layer.legend.kind == "territory"]
    boxes = [box for query in territories if (box := extent_of(Subject.of(query)))]
    return around(boxes) if boxes else city.envelope.extent
