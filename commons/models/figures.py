"""Figures: what was published about a city, what is known only as a total, and the editions that are frozen."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from commons.models.stated import Stated, stated_rules
from neighbourhoods.constraints import SaidCheck
from neighbourhoods.records import new_uid


class PublishedFigure(Stated):
    """A number that somebody published. It stands beside the computed one, and neither overwrites the other.

    `as_of` is the last day that the number counts, which may lie before the period that the source prints; it is the
    cut-off of the comparison. `last_digit` is what one step of its last digit is worth: 1 for 415, 0.1 for 7.9.
    `breakdown` is a list of {"part": code, "value": text}.
    """

    class Qualifier(models.TextChoices):
        EXACT = "exact", _("exactly")
        OVER = "over", _("over")
        ABOUT = "about", _("about")
        ROUNDED = "rounded", _("rounded")

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    as_of = models.DateField(_("it counts until"))
    dated = models.DateField(_("the source is of"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20)
    last_digit = models.DecimalField(max_digits=18, decimal_places=4, default=Decimal(1), editable=False)
    qualifier = models.CharField(_("how exact"), max_length=10, choices=Qualifier.choices, default=Qualifier.EXACT)
    breakdown = models.JSONField(_("breakdown"), default=list, blank=True)

    class Meta:
        ordering = ["indicator", "part", "as_of", "pk"]
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        constraints = [
            *stated_rules("publishedfigure"),
            SaidCheck(
                reason="last_digit", condition=models.Q(last_digit__gt=0), name="commons_publishedfigure_last_digit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value.normalize():f} ({self.source})"

    @property
    def words(self) -> str:
        """The number as its source says it."""
        from commons.figures.saying import stated

        return stated(self.value, self.unit, self.qualifier)

    @property
    def cut_off(self) -> date:
        """The last day that the comparison counts, unless another is asked for."""
        return self.as_of


class KnownTotal(Stated):
    """A count that is known only as a total: it is added to what the records say, and no record is invented for it.

    Parts `over` and `under` are the two sides of a share. `replaced` is set when its records have come in.
    """

    replaced = models.BooleanField(
        _("its records are on the map now"), default=False, help_text=_("Then it is not added any more.")
    )

    class Meta:
        ordering = ["indicator", "last", "part", "pk"]
        verbose_name = _("known total")
        verbose_name_plural = _("known totals")
        constraints = stated_rules("knowntotal")
        indexes = [models.Index(fields=["city", "indicator"], name="commons_knowntotal_of")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.part} {self.value.normalize():f} ({self.last.year})"

    @property
    def words(self) -> str:
        """The number as it is read."""
        from commons.figures.verdicts import plain

        return plain(self.value)

    @property
    def part_words(self) -> str:
        """The part that it counts."""
        from commons.figures.saying import part_label

        return part_label(self.part) or "–"


class Edition(models.Model):
    """The figures of one city and year as they stood when they were published. A trigger refuses every change.

    `data` is the whole sheet as it is downloaded, `sha256` the hash of its canonical JSON.
    """

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    note = models.TextField(_("why it was published"), max_length=2_000, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    data = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-year", "-number"]
        verbose_name = _("edition of the figures")
        verbose_name_plural = _("editions of the figures")
        constraints = [
            models.UniqueConstraint(fields=["city", "year", "number"], name="commons_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.year}.{self.number}"
