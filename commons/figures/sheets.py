"""A sheet: every figure of a city, a neighbourhood or a programme, year by year, beside what was published of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from commons.figures.comparing import Comparison, compare
from commons.figures.computing import ALIAS, ALL, YEARS, Cells, Scope, cells
from commons.figures.guard import hidden
from commons.figures.saying import amount, part_label
from commons.figures.words import FEWEST, Indicator
from commons.indicators import INDICATORS
from commons.models import Programme, PublishedFigure
from neighbourhoods.models import Neighbourhood


@dataclass(frozen=True)
class Told:
    """One number as it may be told: `value` is None where it is not known, or counts too few persons (`few`)."""

    value: Decimal | None
    few: bool
    unit: str

    @property
    def words(self) -> str:
        if self.few:
            return _("fewer than %(number)d, or kept with them") % {"number": FEWEST}
        return "–" if self.value is None else amount(self.value, self.unit)


@dataclass(frozen=True)
class Line:
    """A figure of one part, or of all: its number in each year, without a year, and in all."""

    part: str
    label: str
    years: list[Told]
    undated: Told | None
    total: Told


@dataclass(frozen=True)
class Entry:
    """A figure on a sheet: its lines, and how much of it is known only as totals."""

    indicator: Indicator
    lines: list[Line]
    comparisons: list[Comparison]
    records: int
    totals: int

    @property
    def known(self) -> bool:
        """Whether there is anything to tell."""
        return any(one.total.few or one.total.value is not None or one.undated for one in self.lines)

    @property
    def whole(self) -> Told:
        return self.lines[0].total if self.lines else Told(None, False, self.indicator.unit)


@dataclass(frozen=True)
class Sheet:
    """The figures of one subject until a day; `years` are the columns."""

    subject: Any
    until: date
    years: list[int]
    entries: list[Entry]

    @property
    def comparisons(self) -> list[Comparison]:
        return [one for entry in self.entries for one in entry.comparisons]


def sheet(scope: Scope, subject: Any, cut_off: date | None = None) -> Sheet:
    """The sheet of a city, a territory or a programme: one statement a figure and one more for what was published of
    it, however long the history. `cut_off` is another last day for the comparisons than the figures' own."""
    programme = isinstance(subject, Programme)
    wanted = [one for one in INDICATORS.values() if (one.by == "programme") == programme]
    years = list(range(scope.until.year - YEARS + 1, scope.until.year + 1))
    figures = [one for one in published(scope, subject) if cut_off or one.as_of <= scope.until]
    found = compare(scope, figures, cut_off)
    return Sheet(subject, scope.until, years, [entry(one, scope, years, found) for one in wanted])


def published(scope: Scope, subject: Any) -> list[PublishedFigure]:
    """What was published of exactly this subject, in the order of the table of figures."""
    figures = PublishedFigure.objects.using(ALIAS).filter(city=scope.city)
    if isinstance(subject, Programme):
        figures = figures.filter(programme=subject.pk)
    else:
        territory = subject.pk if isinstance(subject, Neighbourhood) else None
        figures = figures.filter(programme=None, territory=territory)
    order = list(INDICATORS)
    known = [one for one in figures.select_related("programme") if one.indicator in INDICATORS]
    return sorted(known, key=lambda one: (order.index(one.indicator), one.part, one.as_of, one.pk))


def entry(indicator: Indicator, scope: Scope, years: list[int], comparisons: list[Comparison]) -> Entry:
    """One figure. Figures of persons are counted for the whole city, to know what could be worked out from what."""
    whole = Scope(scope.city, scope.until, None, scope.column, scope.examples) if indicator.persons else scope
    known = cells(indicator, whole)
    shut = hidden(known)
    place = scope.place if scope.place is not None else ALL
    if indicator.by == "programme" and place == ALL:
        return Entry(indicator, [], [], 0, 0)
    parts = sorted({part for where, _year, part in known.found if where == place and part not in (ALL, "")})
    wanted = parts if indicator.apart else [ALL, *(parts if len(parts) > 1 or parts not in ([], [""]) else [])]
    cell = known.at(place)
    mine = [one for one in comparisons if one.indicator.slug == indicator.slug]
    lines = [line(known, shut, place, part, years) for part in wanted]
    return Entry(indicator, lines, mine, cell.records, cell.totals)


def line(known: Cells, shut: set, place: Any, part: str, years: list[int]) -> Line:
    """One line of a figure, with what must not be told left out."""
    indicator = known.indicator

    def told(year: Any) -> Told:
        key = (place, known.until.year if indicator.snapshot and year == ALL else year, part)
        few = key in shut
        return Told(None if few else known.at(place, year, part).value, few, indicator.unit)

    undated = told(None) if (place, None, part) in known.found and indicator.dated else None
    label = _("All") if part == ALL else part_label(part)
    return Line(part, label, [told(year) for year in years] if indicator.dated else [], undated, told(ALL))
