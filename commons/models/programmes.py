"""Programmes: the frames that pay for shared care, one inside another, with their money and what came of them."""

from decimal import Decimal
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from commons.models.projects import Amount
from commons.models.stated import sourced
from neighbourhoods.constraints import SaidCheck
from neighbourhoods.models import dates_in_order
from neighbourhoods.records import new_uid

DEEPEST = 20


class ProgrammeQuerySet(models.QuerySet):
    def public(self) -> Self:
        """The programmes that everybody may see."""
        return self.filter(visible=True)


class Programme(models.Model):
    """A funding frame: a plan, and the programmes in it. A programme is never part of itself; a trigger holds it."""

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    organisations = models.ManyToManyField(
        "people.Organisation", blank=True, related_name="+", verbose_name=_("organisations")
    )
    pacts = models.ManyToManyField("commons.Pact", blank=True, related_name="programmes", verbose_name=_("pacts"))
    projects = models.ManyToManyField(
        "commons.Project", blank=True, related_name="programmes", verbose_name=_("projects")
    )
    source = models.CharField(_("source"), max_length=300)
    locator = models.CharField(_("where in the source"), max_length=300)
    website = models.URLField(_("website"), blank=True)
    visible = models.BooleanField(_("shown to everybody"), default=True)
    key = models.SlugField(max_length=100, blank=True, editable=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            *sourced("programme"),
            dates_in_order("starts_on", "ends_on"),
            SaidCheck(
                reason="itself",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
                name="commons_programme_not_itself",
            ),
            models.UniqueConstraint(
                fields=["city", "key"], condition=~models.Q(key=""), name="commons_programme_one_fact"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuses a programme that would contain itself, at whatever depth, or lie in another city's."""
        above, steps = self.parent, 0
        while above is not None:
            if above.city_id != self.city_id:
                raise ValidationError({"parent": _("It belongs to another city.")})
            if (self.pk and above.pk == self.pk) or steps > DEEPEST:
                raise ValidationError({"parent": _("A programme cannot be part of itself.")})
            above, steps = above.parent, steps + 1


class Funding(Amount):
    """Money of a programme, in euros: of one kind and one period, for the whole or for one building."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="funding")
    building = models.ForeignKey(
        "commons.Building", on_delete=models.PROTECT, null=True, blank=True, related_name="funding",
        verbose_name=_("building"),
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=300)
    locator = models.CharField(_("where in the source"), max_length=300)

    class Meta(Amount.Meta):
        abstract = False
        verbose_name = _("money of a programme")
        verbose_name_plural = _("money of programmes")
        constraints = [*Amount.Meta.constraints, *sourced("funding")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period_start.year}–{self.period_end.year}: {self.amount}"


class Outcome(models.Model):
    """What came of a programme: a community enterprise, jobs, square metres open again."""

    class Kind(models.TextChoices):
        COMMUNITY_ENTERPRISE = "community_enterprise", _("Community enterprises")
        JOBS = "jobs", _("Jobs")
        REOPENED_AREA = "reopened_area", _("Square metres open again")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="outcomes")
    kind = models.CharField(_("what came of it"), max_length=30, choices=Kind.choices)
    value = models.DecimalField(_("how many"), max_digits=12, decimal_places=2)
    building = models.ForeignKey(
        "commons.Building", on_delete=models.PROTECT, null=True, blank=True, related_name="outcomes",
        verbose_name=_("building"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("organisation"),
    )  # fmt: skip
    on = models.DateField(_("known on"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=300)
    locator = models.CharField(_("where in the source"), max_length=300)

    class Meta:
        ordering = ["kind", "on", "pk"]
        verbose_name = _("outcome of a programme")
        verbose_name_plural = _("outcomes of programmes")
        constraints = [
            *sourced("outcome"),
            SaidCheck(reason="amount", condition=models.Q(value__gte=Decimal(0)), name="commons_outcome_value"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value.normalize():f}"
