"""How a pact is going: the indicators agreed in it, what both parties show for them, visits, the last evaluation."""

from datetime import date
from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class PactIndicator(models.Model):
    """What the parties agreed to measure, in which unit, and how far they want to come."""

    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, related_name="indicators")
    name = models.CharField(_("what is measured"), max_length=200)
    unit = models.CharField(_("unit"), max_length=50)
    target = models.DecimalField(_("goal"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("agreed indicator")
        verbose_name_plural = _("agreed indicators")
        constraints = [models.UniqueConstraint(fields=["pact", "name"], name="commons_pact_indicator_once")]

    def __str__(self) -> str:
        return self.name


class EvidenceQuerySet(models.QuerySet):
    def public(self) -> Self:
        """What stands, of public pacts."""
        from commons.models.pacts import Pact

        return self.filter(shown=True, pact__in=Pact.objects.public())


class Evidence(models.Model):
    """What one party shows: the value of an agreed indicator on a day, or words alone. Never changed; what should not
    stand is taken down by the office."""

    PERSONAL = {"written_by": "blank", "text": "export", "written_at": "export"}

    class Party(models.TextChoices):
        CIVIC = "civic", _("Civic subject")
        CITY = "city", _("Municipality")

    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, related_name="evidence")
    indicator = models.ForeignKey(
        PactIndicator, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence",
        verbose_name=_("agreed indicator"),
    )  # fmt: skip
    party = models.CharField(_("shown by"), max_length=10, choices=Party.choices)
    on = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2, null=True, blank=True)
    text = models.TextField(_("what was seen or done"), max_length=5_000, blank=True)
    shown = models.BooleanField(_("shown to all"), default=True)
    written_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(indicator__isnull=False),
                name="commons_evidence_value_of_indicator",
                violation_error_message=_("Say which indicator the value is of."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False) | ~models.Q(text=""),
                name="commons_evidence_says_something",
                violation_error_message=_("Write a value or what was seen."),
            ),
        ]


class VisitQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Visits that were made, of public pacts."""
        from commons.models.pacts import Pact

        return self.filter(made_on__isnull=False, pact__in=Pact.objects.public())

    def late(self, day: date) -> Self:
        """Visits that should have been made before this day."""
        return self.filter(made_on__isnull=True, planned_on__lt=day)


class Visit(models.Model):
    """A monitoring visit: planned for a day, later made and told. One that is late is shown to the parties only."""

    PERSONAL = {"made_by": "unlink"}

    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, related_name="visits")
    planned_on = models.DateField(_("planned for"))
    made_on = models.DateField(_("made on"), null=True, blank=True)
    finding = models.TextField(_("what was found"), max_length=10_000, blank=True)
    made_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-pk"]
        verbose_name = _("monitoring visit")
        verbose_name_plural = _("monitoring visits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(made_on__isnull=True) | ~models.Q(finding=""),
                name="commons_visit_tells",
                violation_error_message=_("Write what was found."),
            )
        ]


class EvaluationQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Evaluations that were published, of public pacts."""
        from commons.models.pacts import Pact

        return self.filter(published_on__isnull=False, pact__in=Pact.objects.public())


class Evaluation(models.Model):
    """The last look at a pact: what it reached and what not. Public from the day it is published."""

    PERSONAL = {"written_by": "unlink"}

    class Outcome(models.TextChoices):
        REACHED = "reached", _("The goals were reached")
        PARTLY = "partly", _("The goals were reached in part")
        NOT_REACHED = "not_reached", _("The goals were not reached")

    pact = models.OneToOneField("commons.Pact", on_delete=models.PROTECT, related_name="evaluation")
    outcome = models.CharField(_("outcome"), max_length=15, choices=Outcome.choices)
    text = models.TextField(_("what we learned"), max_length=20_000)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    written_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("final evaluation")
        verbose_name_plural = _("final evaluations")
