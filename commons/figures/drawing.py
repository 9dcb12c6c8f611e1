"""Drawings of figures: bars along the years, and a map of the neighbourhoods in honest classes."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connections
from django.utils.translation import gettext as _

from commons.figures.computing import ALIAS, Scope, cells
from commons.figures.saying import amount
from commons.figures.sheets import Entry, Line, Sheet
from commons.figures.verdicts import plain
from commons.figures.words import Indicator
from commons.indicators import INDICATORS
from commons.views.charts import FEWEST, HEIGHT, WIDTH, Bar, Chart

KINDS = {"needs": "proposal", "conversion": "proposal", "reused-buildings": "building", "houses": "house"}
SIZE = 480
CLASSES = 4
OUTLINES = """
WITH box AS (SELECT ST_Extent(ST_Transform(o.z12, 3857)) AS e FROM neighbourhoods_outline o
  JOIN neighbourhoods_neighbourhood n ON n.id = o.neighbourhood_id JOIN neighbourhoods_partition p
  ON p.id = n.partition_id WHERE n.city_id = %(city)s AND p.current AND p.role = 'primary' AND n.visibility = 'public'),
frame AS (SELECT ST_XMin(e) AS west, ST_YMax(e) AS north,
  %(size)s / greatest(ST_XMax(e) - ST_XMin(e), ST_YMax(e) - ST_YMin(e)) AS scale FROM box)
SELECT n.id, n.uid, n.name, ST_AsSVG(ST_TransScale(ST_Transform(o.z12, 3857), -west, -north, scale, scale), 1, 1)
FROM frame, neighbourhoods_outline o JOIN neighbourhoods_neighbourhood n ON n.id = o.neighbourhood_id
JOIN neighbourhoods_partition p ON p.id = n.partition_id
WHERE n.city_id = %(city)s AND p.current AND p.role = 'primary' AND n.visibility = 'public' ORDER BY n.name
"""


def charts(sheet: Sheet) -> dict[str, Chart]:
    """Bars along the years of every figure that has years and something in them."""
    return {
        one.indicator.slug: chart
        for one in sheet.entries
        if one.lines and one.indicator.dated and (chart := along(one, one.lines[0], sheet.years)) and not chart.empty
    }


def along(entry: Entry, line: Line, years: list[int]) -> Chart:
    """One bar a year; few persons are a bar of their own height, whatever they are."""
    values = [one.value or (FEWEST - 1 if one.few else 0) for one in line.years]
    most = max(values, default=0) or 1
    step = WIDTH // max(1, len(years))
    bars = []
    for place, (year, value, told) in enumerate(zip(years, values, line.years, strict=True)):
        tall = max(2, int(HEIGHT * value / most)) if value else 0
        shown = f"< {FEWEST}" if told.few else "–" if told.value is None else plain(told.value)
        named = len(years) <= 6 or place % 2 == (len(years) - 1) % 2
        box = (place * step + 2, 20 + HEIGHT - tall, min(40, step - 4), tall)
        bars.append(Bar(str(year), int(value) or bool(value), shown, *box, named))
    title = str(entry.indicator.name)
    kind = KINDS.get(entry.indicator.slug, "pact")
    return Chart(entry.indicator.slug, title, title, "", kind, True, HEIGHT + 40, tuple(bars))


@dataclass(frozen=True)
class Shape:
    """A neighbourhood on the map: the class it falls in (0 is nothing there, -1 not known), and its number."""

    uid: str
    name: str
    path: str
    rank: int
    words: str

    @property
    def look(self) -> str:
        """The class of its look: `unknown`, or a number."""
        return "unknown" if self.rank < 0 else str(self.rank)


@dataclass(frozen=True)
class Map:
    """A map of one figure: its shapes, and its legend as (class, words), "not known" always among them."""

    indicator: Indicator
    shapes: list[Shape]
    legend: list[tuple[str, str]]
    choices: list[Indicator]
    size: int = SIZE


def mapped(slug: str) -> Indicator:
    """The figure that a map is asked for: the first that suits a map, for any other."""
    suited = [one for one in INDICATORS.values() if one.suits_map]
    return next((one for one in suited if one.slug == slug), suited[0])


def map_of(scope: Scope, indicator: Indicator) -> Map:
    """The neighbourhoods in force by one figure. Two statements."""
    known = cells(indicator, scope)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(OUTLINES, {"city": scope.city.pk, "size": SIZE})
        outlines = cursor.fetchall()
    values = {place: known.at(place).value for place, *_rest in outlines}
    edges = limits([value for value in values.values() if value])
    shapes = [
        Shape(uid, name, path, rank_of(values[place], edges), words_of(values[place], indicator))
        for place, uid, name, path in outlines
    ]
    choices = [one for one in INDICATORS.values() if one.suits_map]
    return Map(indicator, shapes, legend_of(edges, indicator), choices)


def limits(values: list[Decimal]) -> list[tuple[Decimal, Decimal]]:
    """Classes of equal width from the least to the greatest number that there is, each with the numbers in it.

    Nought is a class of its own and never among them; whole numbers stay whole, and no class is empty of numbers.
    """
    if not values:
        return []
    distinct = sorted(set(values))
    if len(distinct) <= CLASSES:
        return [(one, one) for one in distinct]
    least, width = distinct[0], (distinct[-1] - distinct[0]) / CLASSES
    groups: dict[int, list[Decimal]] = {}
    for value in distinct:
        groups.setdefault(min(int((value - least) / width), CLASSES - 1), []).append(value)
    return [(min(some), max(some)) for _place, some in sorted(groups.items())]


def rank_of(value: Decimal | None, edges: list[tuple[Decimal, Decimal]]) -> int:
    """The class of a number: -1 where it is not known, 0 for nought, then the classes from below."""
    if value is None:
        return -1
    return next((place for place, (low, high) in enumerate(edges, start=1) if low <= value <= high), 0)


def words_of(value: Decimal | None, indicator: Indicator) -> str:
    return _("not known") if value is None else amount(value, indicator.unit)


def legend_of(edges: list[tuple[Decimal, Decimal]], indicator: Indicator) -> list[tuple[str, str]]:
    """The words of every class."""
    found = [("unknown", _("not known")), ("0", amount(Decimal(0), indicator.unit))]
    for place, (low, high) in enumerate(edges, start=1):
        said = amount(low, indicator.unit)
        found.append((str(place), said if low == high else f"{said} – {amount(high, indicator.unit)}"))
    return found
