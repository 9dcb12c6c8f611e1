"""What a figure counts: its rows year by year, the totals in it, the records themselves, and what was published."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Model

from commons.figures.comparing import Comparison, Pair, Quotient, compare, pairs, quotients
from commons.figures.computing import ALIAS, ALL, COLUMNS, Scope, cells, given, rows_of
from commons.figures.guard import hidden
from commons.figures.saying import part_label
from commons.figures.sheets import Told, published
from commons.figures.words import Indicator
from commons.indicators import INDICATORS
from commons.models import KnownTotal, Programme, PublishedFigure

MOST = 100
RECORDS = """
SELECT DISTINCT record FROM (SELECT {columns} FROM ({rows}) AS r({columns})) AS b
WHERE record IS NOT NULL AND (day <= %(until)s OR day IS NULL) AND (%(examples)s OR NOT example)
  AND (%(place)s::bigint IS NULL OR place = %(place)s) ORDER BY record LIMIT {most}"""


@dataclass(frozen=True)
class Year:
    """One row: a year, its parts in the order of the columns, their sum, and the sum of all years until then."""

    year: int
    parts: list[Told]
    total: Told
    so_far: Told | None
    figures: list[PublishedFigure]


@dataclass(frozen=True)
class Explanation:
    """Everything that stands behind one figure."""

    indicator: Indicator
    parts: list[str]
    years: list[Year]
    totals: list[KnownTotal]
    records: list[Model]
    more: bool
    comparisons: list[Comparison]
    pairs: list[Pair]
    quotients: list[Quotient]


def explain(scope: Scope, indicator: Indicator, subject: Any, cut_off: Any = None) -> Explanation:
    """What a figure counts for a subject until a day, in a fixed number of statements."""
    base = INDICATORS[indicator.running or indicator.slug]
    told = published(scope, subject)
    mine = [one for one in told if one.indicator in (base.slug, indicator.slug)]
    known, running = cells(base, wide(scope, base)), cells(indicator, scope) if indicator.running else None
    shut = hidden(known)
    place = scope.place if scope.place is not None else ALL
    parts = sorted({part for where, _year, part in known.found if where == place and part not in (ALL, "")})

    def number(year: Any, part: str) -> Told:
        few = (place, year, part) in shut
        return Told(None if few else known.at(place, year, part).value, few, base.unit)

    years = [
        Year(
            year,
            [number(year, part) for part in parts],
            number(year, ALL),
            Told(running.at(place, year).value, False, base.unit) if running else None,
            [one for one in mine if one.cut_off.year == year and not one.part],
        )
        for year in known.years
    ]
    records, more = records_of(base, scope)
    return Explanation(
        indicator, [part_label(part) for part in parts], years, totals_of(base, scope, subject), records, more,
        compare(scope, mine, cut_off), pairs(mine), quotients(indicator, told) if indicator.numerator else [],
    )  # fmt: skip


def wide(scope: Scope, indicator: Indicator) -> Scope:
    """The whole city for figures of persons: only so it is known what could be worked out from what."""
    return Scope(scope.city, scope.until, None, scope.column, scope.examples) if indicator.persons else scope


def totals_of(indicator: Indicator, scope: Scope, subject: Any) -> list[KnownTotal]:
    """The totals without records that are in the figure."""
    known = KnownTotal.objects.using(ALIAS).filter(city=scope.city, indicator=indicator.slug, replaced=False)
    known = known.filter(last__lte=scope.until)
    if isinstance(subject, Programme):
        return list(known.filter(programme=subject.pk))
    return list(known.filter(territory=scope.place) if scope.place is not None else known.filter(programme=None))


def records_of(indicator: Indicator, scope: Scope) -> tuple[list[Model], bool]:
    """The first records that are counted, by name, and whether there are more."""
    if not indicator.record:
        return [], False
    rows = rows_of(indicator, scope.column, "%(until)s::date", "ARRAY[%(until)s::date]")
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(RECORDS.format(columns=COLUMNS, rows=rows, most=MOST + 1), given(indicator, scope))
        keys = [key for (key,) in cursor]
    model = apps.get_model(indicator.record)
    heavy = [name for name in ("place", "label_point", "shares") if name in {f.name for f in model._meta.get_fields()}]
    found = model.objects.using(ALIAS).public().filter(pk__in=keys[:MOST]).select_related("city").defer(*heavy)
    return sorted(found, key=lambda one: one.name), len(keys) > MOST
