"""What a pact's parties say they did: actions, hours, income, spending (story 12)."""

from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.models import dates_in_order


class ReportQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Reports that the office has checked, of public pacts."""
        from commons.models.pacts import Pact

        return self.filter(state=Report.State.CHECKED, pact__in=Pact.objects.public())


class Report(models.Model):
    """One report of a pact. Public after the office's check; that it is late is shown to the parties only."""

    PERSONAL = {"written_by": "blank", "actions": "export", "checked_by": "unlink"}

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        SENT = "sent", _("Sent to the office")
        CHECKED = "checked", _("Checked")

    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, related_name="reports")
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("until"))
    actions = models.TextField(_("what was done"), max_length=20_000, blank=True)
    hours = models.PositiveIntegerField(_("hours of volunteers"), null=True, blank=True)
    income = models.DecimalField(_("income (€)"), max_digits=12, decimal_places=2, null=True, blank=True)
    spending = models.DecimalField(_("spending (€)"), max_digits=12, decimal_places=2, null=True, blank=True)
    reinvestment = models.TextField(_("how the income was put back"), max_length=5_000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    written_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    check_note = models.TextField(_("note of the office"), max_length=5_000, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-period_end", "-pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [dates_in_order("period_start", "period_end")]

    def unexplained_income(self) -> bool:
        """Income without a word on how it was put back: no profit is allowed, so the office asks."""
        return bool(self.income) and not self.reinvestment.strip()
