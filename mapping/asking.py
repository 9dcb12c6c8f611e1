"""A time, a ring, an area: what the map page offers to ask of them, and how it says what is asked."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Min
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from mapping.layers import LAYERS
from mapping.query import Query, parse_datetime
from mapping.selection import Selection
from mapping.sums import remembered
from mapping.versions import version
from mapping.where import say_numbers
from neighbourhoods.days import day_words, until_day
from neighbourhoods.models import City

RADII = (250, 500, 1000, 2000)
FIRST_RADIUS = 500
MOST_YEARS = 60


@dataclass(frozen=True)
class Option:
    """Something that can be chosen: its value in the address, its word, whether it is."""

    value: str
    word: str
    on: bool


def year_span(year: int) -> str:
    """A year as an address says it."""
    return f"{year}-01-01/{year}-12-31"


def years(selection: Selection) -> list[Option]:
    """The years that the city has dated things of, and what else is asked for; none where nothing has a date."""
    this, first = timezone.localdate().year, first_year(selection.city)
    if first is None:
        return []
    options = [Option(year_span(year), str(year), False) for year in range(max(first, this - MOST_YEARS), this + 1)]
    asked = selection.datetime
    found = [Option(one.value, one.word, one.value == asked) for one in options]
    if asked and not any(one.on for one in found):
        found.append(Option(asked, time_words(asked), True))
    return found


def first_year(city: City) -> int | None:
    """The year of the first day that anything public of the city is dated by."""
    found = []
    for layer in LAYERS.values():
        if layer.temporal:
            query = Query(layer, city=city.slug)
            found.append(remembered(version(layer.tables), "first day", query, partial(first_day, query)))
    return min((day.year for day in found if day), default=None)


def first_day(query: Query) -> date | None:
    """The first day that a record of the city is dated by, in force or not."""
    start, _end = query.layer.temporal
    rows = query.layer.queryset().using("public").filter(city__slug=query.city).order_by()
    return rows.aggregate(first=Min(start))["first"]


def time_words(text: str) -> str:
    """What `datetime` asks for, in words: a year, a day, or from when until when."""
    first, last = parse_datetime(text)
    if first and last and text == year_span(first.year):
        return str(first.year)
    if first == last:
        return day_words(first)
    if first is None:
        return until_day(last)
    if last is None:
        return _("from %(day)s") % {"day": day_words(first)}
    return _("%(first)s to %(last)s") % {"first": day_words(first), "last": day_words(last)}


def distance_words(metres: float) -> str:
    """A radius in words: metres, then kilometres."""
    if metres < 1000:
        return f"{formats.number_format(round(metres), 0)} m"
    kilometres = round(metres / 1000, 1)
    return f"{formats.number_format(kilometres, 0 if kilometres == int(kilometres) else 1)} km"


def rings(selection: Selection) -> list[tuple[str, str, bool]]:
    """The radii to choose from while a ring is asked for: (words, address, whether it is this one)."""
    if selection.near is None:
        return []
    x, y, metres = selection.near
    radii = sorted({*RADII, metres})
    return [(distance_words(one), selection.address(near=say_numbers((x, y, one))), one == metres) for one in radii]


def asked_chips(selection: Selection) -> list[tuple[str, str]]:
    """What is asked of time and place, as (word, address without it)."""
    chips = []
    if selection.datetime:
        chips.append((time_words(selection.datetime), selection.address(datetime=[])))
    if selection.near:
        words = _("within %(distance)s as the crow flies") % {"distance": distance_words(selection.near[2])}
        chips.append((words, selection.address(near=[])))
    if selection.area:
        chips.append((_("in the area drawn"), selection.address(area=[])))
    return chips
