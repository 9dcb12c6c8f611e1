"""The strategic plan of a neighbourhood: what it puts first for the years to come."""

from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.models import dates_in_order
from neighbourhoods.records import Published, PublishedQuerySet, Sourced


class PlanQuerySet(PublishedQuerySet):
    def of(self, territory: models.Model) -> Self:
        """The plans of a neighbourhood, the latest first."""
        return self.filter(neighbourhood=territory)


class NeighbourhoodPlan(Published, Sourced):
    """What the laboratories of a neighbourhood set out to do, for five years as a rule."""

    layer = "plans"

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    neighbourhood = models.ForeignKey(
        "neighbourhoods.Neighbourhood", on_delete=models.PROTECT, related_name="+", verbose_name=_("neighbourhood")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        verbose_name = _("neighbourhood plan")
        verbose_name_plural = _("neighbourhood plans")
        constraints = [*Sourced.Meta.constraints, dates_in_order("starts_on", "ends_on")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """A plan is read on the page of its neighbourhood."""
        return f"{self.neighbourhood.get_absolute_url()}#plan"


class Priority(models.Model):
    """One thing that a plan puts first; projects say which one they serve."""

    plan = models.ForeignKey(NeighbourhoodPlan, on_delete=models.CASCADE, related_name="priorities")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=5_000, blank=True)

    class Meta:
        ordering = ["plan", "number"]
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="commons_priority_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
