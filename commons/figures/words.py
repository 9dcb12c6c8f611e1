"""The words of the INDICATORS table: Indicator, the ways rows become a number, and the names of parts."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from commons.models.needs import Need
from commons.models.pacts import Signature
from commons.models.projects import Amount, Project

SUM = "sum(value)"
DISTINCT = "count(DISTINCT subject)"
SHARE = "100.0 * sum(value) / nullif(sum(weight), 0)"
PER_SUBJECT = "sum(value) / nullif(count(DISTINCT subject), 0)"
MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY value)"
FEWEST = 4  # fewer persons than this are never told

PARTS: dict[str, Promise] = {
    "new": _("Newly signed"),
    "renewal": _("Renewals"),
    "urban_lab": _("Urban laboratory"),
    "over": _("Over the line"),
    "under": _("Under the line"),
    "governed": _("Governed by a pact"),
    "other": _("Without a pact of their own"),
    "volunteer": _("Volunteers"),
    **{value: label for value, label in Signature.Kind.choices if value != "volunteer"},
    "maintenance": _("Maintenance"),
    "first": _("First part"),
    "second": _("Second part"),
    **dict(Amount.Kind.choices),
    **dict(Project.Kind.choices),
    **dict(Project.Status.choices),
    **dict(Need.Kind.choices),
}


@dataclass(frozen=True)
class Indicator:
    """One figure. `by` is what it is counted for; `snapshot`: it is true on a day, so that years are never added.

    `persons` are the parts that count single persons, `*` for all. `record` is the model of what is counted. Without
    `dated` it has no years. `apart`: its parts are unlike, and have no sum. A derived figure is `numerator` divided by
    `denominator`, times `factor`, or sums up the one that `running` names. `suits_map`: a map of neighbourhoods tells
    it honestly.
    """

    slug: str
    name: Promise
    unit: Literal["count", "percent", "days", "euro", "m2", "mean"]
    formula: Promise
    rows: str = ""
    measure: str = SUM
    by: Literal["neighbourhood", "programme"] = "neighbourhood"
    record: str = ""
    snapshot: bool = False
    persons: str = ""
    numerator: str = ""
    denominator: str = ""
    running: str = ""
    suits_map: bool = False
    dated: bool = True
    factor: int = 1
    apart: bool = False

    @property
    def adds(self) -> bool:
        """Whether totals that are known without records can be added to what is counted."""
        return self.measure in (SUM, SHARE)

    @property
    def derived(self) -> bool:
        """Whether it is made of other figures, and not counted."""
        return bool(self.running or (self.numerator and not self.rows))
