"""A published number beside a computed one: pure functions, which read neither the clock nor the database."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Kind(StrEnum):
    MATCH = "match"
    MATCH_ROUNDING = "match_rounding"
    DIFFERS = "differs"
    NOT_COMPARABLE = "not_comparable"
    NOT_COMPUTABLE = "not_computable"

    @property
    def label(self) -> str:
        return str(LABELS[self])


LABELS = {
    Kind.MATCH: gettext_lazy("The same"),
    Kind.MATCH_ROUNDING: gettext_lazy("The same, rounded"),
    Kind.DIFFERS: gettext_lazy("Different"),
    Kind.NOT_COMPARABLE: gettext_lazy("Not comparable"),
    Kind.NOT_COMPUTABLE: gettext_lazy("Cannot be computed"),
}


@dataclass(frozen=True)
class Number:
    """A number with what it is about. Two numbers that are about different things are not compared.

    `last_digit` is what one step of the last digit is worth; `qualifier` exact, over, about or rounded.
    """

    value: Decimal | None
    unit: str
    indicator: str = ""
    part: str = ""
    period: tuple[date | None, date | None] | None = None
    last_digit: Decimal = Decimal(1)
    qualifier: str = "exact"


@dataclass(frozen=True)
class Verdict:
    """What a comparison says, and why, in words. `difference` is computed less published."""

    kind: Kind
    reason: str
    difference: Decimal | None = None


def verdict(published: Number, computed: Number) -> Verdict:
    """Compares a published number with a computed one.

    Equal is `match`; within half of the last published digit, that half included, `match_rounding`. "Over" a number is
    kept by whatever is more; "about" one says no distance, and allows none beyond its last digit. Unlike units, things
    or periods are `not_comparable`; nothing to compute from is `not_computable`.
    """
    if computed.value is None:
        return Verdict(Kind.NOT_COMPUTABLE, _("Nothing on the map or in the sources allows to compute it."))
    if why := unlike(published, computed):
        return Verdict(Kind.NOT_COMPARABLE, why)
    difference = computed.value - published.value
    said = {
        "published": plain(published.value),
        "computed": plain(computed.value),
        "difference": plain(abs(difference)),
        "half": plain(published.last_digit / 2),
    }
    if difference == 0:
        return Verdict(Kind.MATCH, _("Both are %(computed)s.") % said, difference)
    if published.qualifier == "over" and difference > 0:
        return Verdict(Kind.MATCH, _("The source says over %(published)s, and %(computed)s is.") % said, difference)
    if abs(difference) <= published.last_digit / 2:
        words = _("%(computed)s is %(difference)s away: not more than half of the last digit (%(half)s).")
        return Verdict(Kind.MATCH_ROUNDING, words % said, difference)
    words = _("%(computed)s is %(difference)s more.") if difference > 0 else _("%(computed)s is %(difference)s less.")
    if published.qualifier == "about":
        words += " " + _("The source says about, not how near.")
    return Verdict(Kind.DIFFERS, words % said, difference)


def unlike(one: Number, other: Number) -> str:
    """Why two numbers are not about the same thing; empty when they are."""
    if one.indicator and other.indicator and one.indicator != other.indicator:
        return _("They count different things.")
    if one.unit != other.unit:
        return _("They are in different units.")
    if one.part != other.part:
        return _("They are about different parts or kinds.")
    if one.period and other.period and one.period != other.period:
        return _("They are about different periods.")
    return ""


def ratio(over: Decimal | None, under: Decimal | None, factor: int = 1) -> Decimal | None:
    """A quotient, or None where there is nothing to divide by or into."""
    if over is None or not under:
        return None
    return factor * Decimal(over) / Decimal(under)


def plain(value: Decimal) -> str:
    """A number as it is read: at most two decimals, none where they say nothing."""
    rounded = Decimal(value).quantize(Decimal("0.01"))
    whole = rounded == rounded.to_integral_value()
    return number_format(
        rounded.to_integral_value() if whole else rounded.normalize(), use_l10n=True, force_grouping=True
    )
