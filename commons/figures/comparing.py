"""What was published beside what is computed: each figure with its verdict, in one statement for each indicator."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from commons.figures.computing import ALIAS, ALL, Cell, Cells, Scope, Window, cells, within
from commons.figures.guard import few
from commons.figures.saying import amount, part_label
from commons.figures.verdicts import Kind, Number, Verdict, ratio, unlike, verdict
from commons.figures.words import Indicator
from commons.indicators import INDICATORS
from commons.models import KnownTotal, PublishedFigure


@dataclass(frozen=True)
class Comparison:
    """A published figure, the number computed for the same thing until `until`, and what they say of each other."""

    figure: PublishedFigure
    indicator: Indicator
    value: Decimal | None
    verdict: Verdict
    until: date

    @property
    def published_words(self) -> str:
        return self.figure.words

    @property
    def computed_words(self) -> str:
        return "–" if self.value is None else amount(self.value, self.indicator.unit)

    @property
    def part_words(self) -> str:
        return part_label(self.figure.part)

    @property
    def breakdown_words(self) -> str:
        """The parts that the source gives, in one line."""
        return ", ".join(f"{part_label(one['part'])} {one['value']}" for one in self.figure.breakdown)


def number_of(figure: PublishedFigure) -> Number:
    """A published figure as a number that can be compared."""
    return Number(
        figure.value, figure.unit, figure.indicator, figure.part, figure.period, figure.last_digit, figure.qualifier
    )


def compare(scope: Scope, figures: Iterable[PublishedFigure], until: date | None = None) -> list[Comparison]:
    """Every figure with its verdict, in their order; `until` is another cut-off than the figures' own."""
    wanted = [one for one in figures if one.indicator in INDICATORS]
    cut = straddled(scope, wanted, until)
    groups: dict[str, list[PublishedFigure]] = defaultdict(list)
    for one in wanted:
        groups[one.indicator].append(one)
    found: dict[int, Comparison] = {}
    for slug, some in groups.items():
        indicator = INDICATORS[slug]
        for one, (cell, others) in zip(some, computed(indicator, scope, some, until), strict=True):
            words = _("What is known in totals of whole periods cannot be cut on this day.")
            uncut = Comparison(one, indicator, None, Verdict(Kind.NOT_COMPARABLE, words), until or one.cut_off)
            found[one.pk] = uncut if one.pk in cut else said(indicator, one, cell, others, until or one.cut_off)
    return [found[one.pk] for one in wanted]


def straddled(scope: Scope, figures: list[PublishedFigure], until: date | None) -> set[int]:
    """The figures whose last day cuts a total that is known for a whole period only."""
    totals = KnownTotal.objects.using(ALIAS).filter(city=scope.city, replaced=False, first__isnull=False)
    known = list(totals.values_list("indicator", "part", "first", "last", "territory", "programme"))
    return {
        one.pk
        for one in figures
        for slug, part, first, last, *subject in known
        if slug in made_of(INDICATORS[one.indicator])
        and (not one.part or one.part == part)
        and (subject[0] or subject[1]) == (one.territory_id or one.programme_id)
        and first <= (until or one.cut_off) < last
    }


def made_of(indicator: Indicator) -> set[str]:
    """The slugs of what a figure is counted from."""
    return {indicator.slug, indicator.running, indicator.numerator, indicator.denominator} - {""}


def computed(
    indicator: Indicator, scope: Scope, figures: list[PublishedFigure], until: date | None
) -> list[tuple[Cell, bool]]:
    """The number for each figure, and whether there is money of another kind or period only."""
    if indicator.apart:
        known = cells(indicator, scope)
        return [money(known, one) for one in figures]
    windows = [
        Window(one.first, until or one.cut_off, one.territory_id or one.programme_id, one.part) for one in figures
    ]
    return [(cell, False) for cell in within(indicator, scope, windows)]


def money(known: Cells, figure: PublishedFigure) -> tuple[Cell, bool]:
    """The money of the kind and period of a figure, and whether there is only other money."""
    place = figure.territory_id or figure.programme_id or ALL
    cell = known.at(place, part=f"{figure.part}:{figure.first}/{figure.last}")
    return cell, cell.value is None and any(where == place for where, _year, _part in known.found)


def said(indicator: Indicator, figure: PublishedFigure, cell: Cell, others: bool, until: date) -> Comparison:
    """One comparison; few persons are not told, and so not compared."""
    if others:
        words = _("The map knows money of other kinds or periods only, and unlike money is not compared.")
        return Comparison(figure, indicator, None, Verdict(Kind.NOT_COMPARABLE, words), until)
    if cell.value is not None and few(indicator, figure.part, cell.value):
        words = _("So few persons are not told.")
        return Comparison(figure, indicator, None, Verdict(Kind.NOT_COMPARABLE, words), until)
    number = Number(cell.value, indicator.unit, indicator.slug, figure.part)
    return Comparison(figure, indicator, cell.value, verdict(number_of(figure), number), until)


@dataclass(frozen=True)
class Pair:
    """Two published figures of one indicator, and why they cannot be held against each other."""

    first: PublishedFigure
    second: PublishedFigure
    why: str

    @property
    def first_words(self) -> str:
        return f"{self.first.words} ({period_label(self.first)})"

    @property
    def second_words(self) -> str:
        return f"{self.second.words} ({period_label(self.second)})"


def period_label(figure: PublishedFigure) -> str:
    """The kind and the years that a published figure is about."""
    years = f"{figure.first.year}–{figure.last.year}" if figure.first else str(figure.last.year)
    return ", ".join(filter(None, [part_label(figure.part), years]))


def pairs(figures: list[PublishedFigure]) -> list[Pair]:
    """Published figures that look alike and are about different kinds or periods."""
    found = []
    for number, one in enumerate(figures):
        for other in figures[number + 1 :]:
            same = (one.indicator, one.source, one.territory_id, one.programme_id) == (
                other.indicator, other.source, other.territory_id, other.programme_id,
            )  # fmt: skip
            if (
                same
                and one.part
                and other.part
                and one.part != other.part
                and (why := unlike(number_of(one), number_of(other)))
            ):
                periods = _("They are about different periods.") if one.period != other.period else ""
                found.append(Pair(one, other, " ".join(dict.fromkeys(filter(None, [why, periods])))))
    return found


@dataclass(frozen=True)
class Quotient:
    """A ratio of two numbers that one source published together."""

    over: PublishedFigure
    under: PublishedFigure
    value: Decimal

    @property
    def over_words(self) -> str:
        return self.over.words

    @property
    def under_words(self) -> str:
        return self.under.words

    @property
    def value_words(self) -> str:
        return amount(self.value, "euro" if self.over.unit == "euro" else "mean")


def quotients(indicator: Indicator, figures: Iterable[PublishedFigure]) -> list[Quotient]:
    """The ratio that published figures give for a derived indicator: of one source, counted until the same day."""
    known = list(figures)
    return [
        Quotient(over, under, value)
        for over in known
        for under in known
        if over.indicator == indicator.numerator
        and under.indicator == indicator.denominator
        and (over.source, over.as_of, over.territory_id) == (under.source, under.as_of, under.territory_id)
        and over.part != "maintenance"
        and (value := ratio(over.value, under.value, indicator.factor)) is not None
    ]
