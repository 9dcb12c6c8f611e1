"""The gap map: how far the houses of a city reach, as a drawing, a table and CSV."""

import csv
import io
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.accompaniment import born_in_a_house, governed_by_pact
from commons.gaps import (
    LEAST_DISTANCE,
    LIMITS,
    MOST,
    MOST_DISTANCE,
    WIDTH,
    gaps_of,
    houses_without_pact,
    pacts_beyond,
    usual_distance,
)
from commons.views.around import ALIAS, shelf
from mapping.formats.tabular import neutral
from mapping.query import bad, unknown_parameters
from neighbourhoods.models import City

COLUMNS = ("code", "name", "ground_m2", "near_m2", "share_percent", "residents", "residents_near_estimate", "url")


def distance_of(request: HttpRequest, city: City) -> int:
    """The distance that is asked for in metres, else the city's own; Problem (400) for anything else."""
    if unknown := [name for name in request.GET if name != "distance"]:
        raise unknown_parameters(unknown)
    given = request.GET.getlist("distance")
    if len(given) > 1:
        raise bad("distance", "may be given once only")
    if not given or not given[0]:
        return usual_distance(city)
    text = given[0]
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) or not LEAST_DISTANCE <= int(text) <= MOST_DISTANCE:
        raise bad("distance", f"must be a whole number of metres from {LEAST_DISTANCE} to {MOST_DISTANCE}")
    return int(text)


@require_safe
def gaps(request: HttpRequest, city: str) -> HttpResponse:
    """What lies near an open house and what does not, what no house works for, and which houses have no pact."""
    place = get_object_or_404(City.objects.using(ALIAS), slug=city)
    found = gaps_of(place, distance_of(request, place), ALIAS)
    context = {
        "city": place,
        "gaps": found,
        "far_first": sorted(found.areas, key=lambda one: (one.share, one.name)),
        "levels": levels(found.areas),
        "width": WIDTH,
        "usual": usual_distance(place),
        "least": LEAST_DISTANCE,
        "most": MOST_DISTANCE,
        "beyond": shelf(pacts_beyond(place), MOST),
        "without": shelf(houses_without_pact(place), MOST),
        "governed": governed_by_pact(place, ALIAS),
        "born": born_in_a_house(place, ALIAS),
    }
    return render(request, "mapping/gaps.html", context)


def levels(areas: list[Any]) -> list[tuple[int, int, int, int]]:
    """The classes of the drawing: number, from and to in percent, how many neighbourhoods."""
    edges = (0, *LIMITS, 100)
    return [(n, edges[n], edges[n + 1], sum(one.level == n for one in areas)) for n in range(len(LIMITS) + 1)]


@require_safe
def gaps_csv(request: HttpRequest, city: str) -> HttpResponse:
    """The same numbers for a spreadsheet, one neighbourhood a line."""
    place = get_object_or_404(City.objects.using(ALIAS), slug=city)
    found = gaps_of(place, distance_of(request, place), ALIAS)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow((*COLUMNS, "distance_m"))
    for one in found.areas:
        url = request.build_absolute_uri(reverse("feature", args=[place.slug, "neighbourhoods", one.uid]))
        numbers = (round(one.ground), round(one.near), f"{one.share:.1f}", one.population, one.residents)
        writer.writerow((neutral(one.code), neutral(one.name), *numbers, url, found.distance))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{place.slug}-houses-within-{found.distance}-m.csv"'
    return response
