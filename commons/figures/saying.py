"""Numbers and parts of figures, as they are read."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from commons.figures.verdicts import plain
from commons.figures.words import PARTS

UNITS: dict[str, Callable[[str], str]] = {
    "percent": lambda said: _("%(number)s%%") % {"number": said},
    "days": lambda said: _("%(number)s days") % {"number": said},
    "euro": lambda said: _("€ %(number)s") % {"number": said},
    "m2": lambda said: _("%(number)s m²") % {"number": said},
}


def amount(value: Decimal, unit: str) -> str:
    """A number with its unit, as it is read."""
    return UNITS.get(unit, str)(plain(value))


def part_label(part: str) -> str:
    """The words of a part; money says its kind and its period."""
    kind, _colon, period = part.partition(":")
    said = str(PARTS.get(kind, kind))
    if not period:
        return said
    first, _slash, last = (one[:4] for one in period.partition("/"))
    return f"{said} {first}" if first == last else f"{said} {first}–{last}"


def stated(value: Decimal, unit: str, qualifier: str) -> str:
    """A published number with what its source says of its exactness."""
    said = amount(value, unit)
    if qualifier == "over":
        return _("over %(number)s") % {"number": said}
    if qualifier == "rounded":
        return _("%(number)s, rounded") % {"number": said}
    return _("about %(number)s") % {"number": said} if qualifier == "about" else said
