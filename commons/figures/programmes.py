"""A programme and what is in it: sums of its parts beside what was published of the whole, and what remains; and its
money building by building."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db import connections

from commons.figures.computing import ALIAS, ALL, Scope, cells
from commons.figures.of_programmes import TREE
from commons.figures.saying import amount, part_label
from commons.figures.verdicts import Number, Verdict, plain, verdict
from commons.figures.words import Indicator
from commons.indicators import INDICATORS
from commons.models import Building, Funding, Programme, PublishedFigure

MEASURES = ("programme-organisations", "programme-projects", "programme-money")


@dataclass(frozen=True)
class Share:
    """What one part of a programme brings to a sum: counted here, or published, by the source of the whole or not."""

    programme: Programme
    value: Decimal | None
    figure: PublishedFigure | None
    named: bool

    @property
    def words(self) -> str:
        if self.value is None:
            return "–"
        return self.figure.words if self.figure else plain(self.value)

    @property
    def part_words(self) -> str:
        return part_label(self.figure.part) if self.figure else ""


@dataclass(frozen=True)
class Whole:
    """One measure of a programme with parts. `named` sums what the source of the whole says of the parts, `remainder`
    is what it leaves unexplained; `total` sums what any source says. `unlike`: the parts are of different kinds."""

    indicator: Indicator
    figure: PublishedFigure
    shares: list[Share]
    named: Decimal
    remainder: Decimal
    total: Decimal
    verdict: Verdict
    unlike: bool

    @property
    def named_words(self) -> str:
        return amount(self.named, self.indicator.unit)

    @property
    def published_words(self) -> str:
        return self.figure.words

    @property
    def remainder_words(self) -> str:
        return amount(self.remainder, self.indicator.unit)

    @property
    def total_words(self) -> str:
        return amount(self.total, self.indicator.unit)


def wholes(programme: Programme, until: date, examples: bool = False) -> list[Whole]:
    """The measures that were published of a programme with parts. A fixed number of statements."""
    children = list(Programme.objects.using(ALIAS).public().filter(parent_id=programme.pk).order_by("pk"))
    if not children:
        return []
    ids = [programme.pk, *(one.pk for one in children)]
    figures = list(PublishedFigure.objects.using(ALIAS).filter(programme__in=ids, indicator__in=MEASURES))
    found = []
    for slug in MEASURES:
        indicator = INDICATORS[slug]
        own = [one for one in figures if one.indicator == slug and one.programme_id == programme.pk]
        counted = cells(indicator, Scope(programme.city, until, examples=examples))
        for figure in own:
            known = [one for one in figures if one.indicator == slug]
            shares = [share(child, figure, known, counted.found.get((child.pk, ALL, ALL))) for child in children]
            found.append(whole(indicator, figure, shares))
    return found


def share(child: Programme, whole: PublishedFigure, figures: list[PublishedFigure], cell: object) -> Share:
    """What is known of one part: what is counted here, else what the same source says, else what another says."""
    if cell is not None and cell.value:
        return Share(child, cell.value, None, True)
    own = sorted((one for one in figures if one.programme_id == child.pk), key=lambda one: one.source != whole.source)
    if not own:
        return Share(child, None, None, False)
    return Share(child, own[0].value, own[0], own[0].source == whole.source)


def whole(indicator: Indicator, figure: PublishedFigure, shares: list[Share]) -> Whole:
    """The sums of the parts, and their verdict."""
    named = sum((one.value for one in shares if one.value is not None and one.named), Decimal(0))
    total = sum((one.value for one in shares if one.value is not None), Decimal(0))
    asked = Number(figure.value, figure.unit, last_digit=figure.last_digit, qualifier=figure.qualifier)
    kinds = {one.figure.part for one in shares if one.figure}
    said = verdict(asked, Number(total, indicator.unit))
    return Whole(indicator, figure, shares, named, figure.value - named, total, said, len(kinds) > 1)


@dataclass(frozen=True)
class Investment:
    """Money for one building. `building` is None where everybody may not see which."""

    building: Building | None
    funding: Funding

    @property
    def words(self) -> str:
        return amount(self.funding.amount, "euro")


@dataclass(frozen=True)
class Investments:
    """What buildings got of one kind in one period: only like stands with like. `mean` is for each building."""

    part: str
    rows: list[Investment]
    mean: Decimal

    @property
    def part_words(self) -> str:
        return part_label(self.part)

    @property
    def mean_words(self) -> str:
        return amount(self.mean, "euro")


def investments(programme: Programme, until: date) -> list[Investments]:
    """The money of a programme, and of all that is in it, for single buildings. Three statements."""
    money = Funding.objects.using(ALIAS).filter(building__isnull=False, period_end__lte=until)
    money = money.filter(programme__in=inside(programme)).select_related("programme")
    order = ("kind", "period_start", "period_end", "building__name", "pk")
    fundings = list(money.order_by(*order))
    shown = Building.objects.using(ALIAS).public().select_related("city").only("uid", "name", "city__slug")
    buildings = shown.in_bulk({one.building_id for one in fundings})
    found = []
    for part, some in groupby(fundings, key=part_of):
        rows = [Investment(buildings.get(one.building_id), one) for one in some]
        total = sum((one.funding.amount for one in rows), Decimal(0))
        found.append(Investments(part, rows, total / len({one.funding.building_id for one in rows})))
    return found


def part_of(funding: Funding) -> str:
    """The kind and the period of money, as the table of figures tells parts apart."""
    return f"{funding.kind}:{funding.period_start}/{funding.period_end}"


def inside(programme: Programme) -> list[int]:
    """The keys of a programme and of all that is in it."""
    with connections[ALIAS].cursor() as cursor:
        asked = {"city": programme.city_id, "place": programme.pk}
        cursor.execute(f"SELECT member FROM {TREE} WHERE place = %(place)s", asked)
        return [key for (key,) in cursor.fetchall()]
