"""The gap map: how far the houses of a city reach, as a drawing, a table and CSV."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unicodedata import combining, normalize

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commons.accompaniment import born_in_a_house, governed_by_pact
from commons.gaps import (
    LEAST_DISTANCE,
    LIMITS,
    MOST,
    MOST_DISTANCE,
    WIDTH,
    Reached,
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

# What the table can be put in order by; the first is how it stands at first. Of residents, how many are near.
ORDERS: dict[str, Callable[[Reached], Any]] = {
    "share": lambda one: one.share,
    "name": lambda one: fold(one.name),
    "residents": lambda one: one.residents,
}


@dataclass(frozen=True)
class Column:
    """A head of the table: its words, the address that puts the table in its order, and how it is ordered now."""

    name: str
    words: str
    address: str
    way: str


def distance_of(request: HttpRequest, city: City) -> int:
    """The distance that is asked for in metres, else the city's own; Problem (400) for anything else."""
    given = request.GET.getlist("distance")
    if len(given) > 1:
        raise bad("distance", "may be given once only")
    if not given or not given[0]:
        return usual_distance(city)
    text = given[0]
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) or not LEAST_DISTANCE <= int(text) <= MOST_DISTANCE:
        raise bad("distance", f"must be a whole number of metres from {LEAST_DISTANCE} to {MOST_DISTANCE}")
    return int(text)


def only(request: HttpRequest, *names: str) -> None:
    """Refuses (400) a parameter that is none of these."""
    if unknown := [name for name in request.GET if name not in names]:
        raise unknown_parameters(unknown)


def order_of(request: HttpRequest) -> str:
    """The order that is asked for, one of ORDERS, with `-` for the other way round; the least reached first if none
    is. Problem (400) for anything else."""
    given = request.GET.getlist("sort")
    if len(given) > 1:
        raise bad("sort", "may be given once only")
    order = (given and given[0]) or next(iter(ORDERS))
    if order.removeprefix("-") not in ORDERS:
        raise bad("sort", f"must be one of {', '.join(ORDERS)}, or one of them after a minus sign")
    return order


def in_order(areas: list[Reached], order: str) -> list[Reached]:
    """The neighbourhoods in this order; those whose number is not known stand last in either direction."""
    number, backwards = ORDERS[order.removeprefix("-")], order.startswith("-")
    by_name = sorted(areas, key=lambda one: (fold(one.name), one.code))
    known = [one for one in by_name if number(one) is not None]
    return [*sorted(known, key=number, reverse=backwards), *(one for one in by_name if number(one) is None)]


def fold(text: str) -> str:
    """A text by which names are put in order, whatever their case and accents."""
    return "".join(sign for sign in normalize("NFD", text.casefold()) if not combining(sign))


def columns(order: str, distance: int, residents: bool) -> list[Column]:
    """The heads of the table; the one it is ordered by leads to the other way round."""
    words = {"share": _("Ground"), "name": _("Neighbourhood"), "residents": _("Residents, about")}
    names = ["name", "share", *(["residents"] if residents else [])]
    return [Column(name, words[name], f"?distance={distance}&sort={turned(name, order)}", way(name, order))
            for name in names]  # fmt: skip


def turned(name: str, order: str) -> str:
    return f"-{name}" if order == name else name


def way(name: str, order: str) -> str:
    """How a column says that it is in order, in the words of ARIA; empty when the table is in another order."""
    if order.removeprefix("-") != name:
        return ""
    return "descending" if order.startswith("-") else "ascending"


@require_safe
def gaps(request: HttpRequest, city: str) -> HttpResponse:
    """What lies near an open house and what does not, what no house works for, and which houses have no pact."""
    only(request, "distance", "sort")
    place, order = get_object_or_404(City.objects.using(ALIAS), slug=city), order_of(request)
    found = gaps_of(place, distance_of(request, place), ALIAS)
    context = {
        "city": place,
        "gaps": found,
        "rows": in_order(found.areas, order),
        "columns": columns(order, found.distance, found.residents is not None),
        "order": order,
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
    only(request, "distance")
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
