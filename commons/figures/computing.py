"""The numbers of INDICATORS: one statement for each, whatever there is to count.

`cells` gives a figure for every territory, year and part at once, with all their sums; `within` for any number of
periods, each counted as if its last day were today. An example is not a fact: it is counted only when that is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections

from commons.figures.of_programmes import TREE
from commons.figures.verdicts import ratio
from commons.figures.words import DISTINCT, SUM, Indicator
from commons.indicators import INDICATORS
from neighbourhoods.models import City

ALIAS = "public"
ALL = "*"
YEARS = 10
COLUMNS = "place, day, part, value, weight, subject, record, example"
TOTALS = """
SELECT {place}, k.last, CASE WHEN k.part IN ('over', 'under') THEN '' ELSE k.part END,
  CASE WHEN k.part = 'under' THEN 0 ELSE k.value END, CASE WHEN k.part = 'under' THEN k.value ELSE 0 END, NULL, NULL,
  false FROM {table} WHERE k.city_id = %(city)s AND k.indicator = %(indicator)s AND NOT k.replaced"""
CELLS = """
SELECT place, year, part, grouping(place, year, part), {measure}, count(record), count(*) - count(record)
FROM (SELECT {columns}, extract(year FROM day)::int AS year FROM ({rows}) AS r({columns})
  WHERE (day <= %(until)s OR day IS NULL) AND (%(examples)s OR NOT example)
    AND (%(place)s::bigint IS NULL OR place = %(place)s)) AS b
GROUP BY CUBE (place, year, part)"""
WITHIN = """
SELECT w.number, {measure}, count(record), count(*) - count(record)
FROM unnest(%(numbers)s::int[], %(firsts)s::date[], %(lasts)s::date[], %(places)s::bigint[], %(parts)s::text[])
  AS w(number, first, last, place, part)
CROSS JOIN LATERAL (SELECT {columns} FROM ({rows}) AS r({columns})
  WHERE (w.place IS NULL OR r.place = w.place) AND (w.part = '' OR r.part = w.part)
    AND (%(examples)s OR NOT r.example) AND {during}) AS b
GROUP BY w.number"""

DURING = "coalesce(r.day BETWEEN coalesce(w.first, '-infinity'::date) AND w.last, NOT %(dated)s)"


@dataclass(frozen=True)
class Cell:
    """One number, and what it is made of: how many records, and how many totals without records."""

    value: Decimal | None
    records: int = 0
    totals: int = 0


NOTHING = Cell(None)


@dataclass(frozen=True)
class Window:
    """One period to count: both days are in it; without `first` from the beginning. `place` and `part` narrow it."""

    first: date | None
    last: date
    place: int | None = None
    part: str = ""


@dataclass(frozen=True)
class Scope:
    """What is counted: a city's, up to a day; of one territory or programme if asked. `column` is the territory that
    records are told apart by; `examples` asks for the examples too."""

    city: City
    until: date
    place: int | None = None
    column: str = "neighbourhood_id"
    examples: bool = False


@dataclass
class Cells:
    """A figure by (place, year, part); ALL stands for the sum, None for what has no place or no year."""

    indicator: Indicator
    until: date
    found: dict[tuple[Any, Any, str], Cell] = field(default_factory=dict)

    def at(self, place: Any = ALL, year: Any = ALL, part: str = ALL) -> Cell:
        """The cell; where nothing was counted a nought, or nothing at all where it cannot be known."""
        if self.indicator.snapshot and year == ALL:
            year = self.until.year
        cell = self.found.get((place, year, part))
        return cell if cell is not None else self.missing(place)

    def missing(self, place: Any) -> Cell:
        whole = self.found.get((ALL, ALL, ALL), NOTHING)
        counted = self.indicator.measure in (SUM, DISTINCT) and not self.indicator.derived
        return Cell(Decimal(0)) if counted and whole.records else NOTHING

    @property
    def parts(self) -> list[str]:
        return sorted({part for _place, _year, part in self.found if part not in (ALL, "")})

    @property
    def years(self) -> list[int]:
        return sorted({year for _place, year, _part in self.found if isinstance(year, int)})

    @property
    def places(self) -> set[int]:
        return {place for place, _year, _part in self.found if isinstance(place, int)}


def rows_of(indicator: Indicator, column: str, until: str, days: str) -> str:
    """SQL of what is counted: records, and the totals that are known without them."""
    rows = indicator.rows.format(place=column, until=until, days=days) if indicator.rows else ""
    if not indicator.adds:
        return rows
    if indicator.by == "programme":
        totals = TOTALS.format(place="t.place", table=f"commons_knowntotal k JOIN {TREE} ON t.member = k.programme_id")
    else:
        totals = TOTALS.format(place="k.territory_id", table="commons_knowntotal k")
    return f"{rows} UNION ALL {totals}" if rows else totals


def statement(indicator: Indicator, column: str = "neighbourhood_id") -> str:
    """The one statement that computes a figure for every territory, year and part."""
    rows = rows_of(indicator, column, "%(until)s::date", "%(days)s::date[]")
    return CELLS.format(measure=indicator.measure, rows=rows, columns=COLUMNS)


def given(indicator: Indicator, scope: Scope) -> dict[str, Any]:
    """What the statement is given: a snapshot is taken at the end of each of the last years, and on the last day."""
    days = [date(year, 12, 31) for year in range(scope.until.year - YEARS + 1, scope.until.year)]
    return {
        "city": scope.city.pk, "indicator": indicator.slug, "until": scope.until, "days": [*days, scope.until],
        "place": scope.place, "examples": scope.examples,
    }  # fmt: skip


def cells(indicator: Indicator, scope: Scope) -> Cells:
    """A figure for every territory, year and part at once."""
    if indicator.running:
        return summed_up(indicator, cells(INDICATORS[indicator.running], scope))
    if indicator.derived:
        over = cells(INDICATORS[indicator.numerator], scope)
        return quotient(indicator, over, cells(INDICATORS[indicator.denominator], scope))
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement(indicator, scope.column), given(indicator, scope))
        rows = cursor.fetchall()
    found = {}
    for where, year, part, summed, value, *counts in rows:
        key = (ALL if summed & 4 else where, ALL if summed & 2 else year, ALL if summed & 1 else part)
        if not (indicator.apart and key[2] == ALL):
            known = value is not None and any(counts)
            found[key] = Cell(exact(value) if known else None, *counts)
    return Cells(indicator, scope.until, found)


def exact(value: Any) -> Decimal:
    """A number as the database says it; a median comes as a float."""
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)


def quotient(indicator: Indicator, over: Cells, under: Cells) -> Cells:
    """One figure divided by another, cell by cell; parts are of the upper one alone and are left out."""
    found = {}
    for key in over.found.keys() & under.found.keys():
        above, below = over.found[key], under.found[key]
        if key[2] == ALL and (value := ratio(above.value, below.value, indicator.factor)) is not None:
            found[key] = Cell(value, above.records, above.totals)
    return Cells(indicator, over.until, found)


def summed_up(indicator: Indicator, yearly: Cells) -> Cells:
    """A yearly figure summed up to each year; what has no year is in no sum."""
    found: dict[tuple[Any, Any, str], Cell] = {}
    counted = yearly.at().records  # totals say nothing of the years after the last of them
    last = yearly.until.year if counted else max(yearly.years, default=0)
    years = range(min(yearly.years), last + 1) if yearly.years else ()
    for place, part in {(place, part) for place, _year, part in yearly.found}:
        total = NOTHING
        for year in years:
            one = yearly.found.get((place, year, part), NOTHING)
            total = Cell(*((a or 0) + (b or 0) for a, b in zip(fields(total), fields(one), strict=True)))
            found[(place, year, part)] = total
        if years:
            found[(place, ALL, part)] = total
    return Cells(indicator, yearly.until, found)


def fields(cell: Cell) -> tuple[Any, ...]:
    return cell.value, cell.records, cell.totals


def within(indicator: Indicator, scope: Scope, windows: Iterable[Window]) -> list[Cell]:
    """A figure in each of these periods, in one statement; in two for one that divides another."""
    wanted = list(windows)
    if indicator.running:
        from_the_beginning = [Window(None, one.last, one.place, one.part) for one in wanted]
        return within(INDICATORS[indicator.running], scope, from_the_beginning)
    if indicator.derived:
        over = within(INDICATORS[indicator.numerator], scope, wanted)
        under = within(INDICATORS[indicator.denominator], scope, wanted)
        pairs = zip(over, under, strict=True)
        return [Cell(ratio(a.value, b.value, indicator.factor), a.records, a.totals) for a, b in pairs]
    rows = rows_of(indicator, scope.column, "w.last", "ARRAY[w.last]")
    sql = WITHIN.format(measure=indicator.measure, rows=rows, columns=COLUMNS, during=DURING)
    asked = given(indicator, scope) | {
        "dated": indicator.dated, "numbers": list(range(len(wanted))),
        "firsts": [None if indicator.snapshot else one.first for one in wanted],
        "lasts": [one.last for one in wanted], "places": [one.place for one in wanted],
        "parts": [one.part for one in wanted],
    }  # fmt: skip
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql, asked)
        found = {number: Cell(value if value is None else exact(value), *n) for number, value, *n in cursor}
    return [found.get(number, NOTHING) for number in range(len(wanted))]
