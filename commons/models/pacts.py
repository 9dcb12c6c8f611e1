"""Pacts: what a city and its people have agreed to look after together."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from commons.models.places import CocityType
from neighbourhoods.days import on_day, until_day
from neighbourhoods.models import dates_in_order
from neighbourhoods.records import LocatedQuerySet, Record


class Pact(Record):
    """A signed, or ready to sign, agreement between the city and civic subjects."""

    layer = "pacts"

    class State(models.TextChoices):
        TO_SIGN = "to_sign", _("Ready to sign")
        SIGNED = "signed", _("Signed")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        REPORTING = "reporting", _("Reporting")
        EXPIRED = "expired", _("Ended")
        RENEWED = "renewed", _("Renewed")
        TERMINATED = "terminated", _("Closed early")

    class LegalForm(models.TextChoices):
        PACT = "pact", _("Collaboration pact")
        CITIZENSHIP_AGREEMENT = "citizenship_agreement", _("Citizenship agreement")
        CIVIC_USE = "civic_use", _("Civic and collective use")
        COLLECTIVE_MANAGEMENT = "collective_management", _("Civic collective management")
        COMMONS_FOUNDATION = "commons_foundation", _("Commons foundation")

    class Complexity(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        COMPLEX = "complex", _("Complex")

    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.TO_SIGN, db_index=True)
    legal_form = models.CharField(_("legal form"), max_length=30, choices=LegalForm.choices, default=LegalForm.PACT)
    complexity = models.CharField(_("complexity"), max_length=10, choices=Complexity.choices, blank=True)
    cocity_type = models.CharField(_("Co-City type"), max_length=1, choices=CocityType.choices, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    building = models.ForeignKey(
        "commons.Building",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pacts",
        verbose_name=_("building"),
    )
    house = models.ForeignKey(
        "commons.House",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accompanied_pacts",
        verbose_name=_("accompanied by"),
    )
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor", verbose_name=_("renews")
    )
    signatories = models.ManyToManyField(
        "people.Organisation", blank=True, related_name="pacts", verbose_name=_("signatories")
    )
    website = models.URLField(_("website"), blank=True)

    objects = LocatedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("pact")
        verbose_name_plural = _("pacts")
        constraints = [*Record.Meta.constraints, dates_in_order("starts_on", "ends_on")]

    def state_words(self) -> str:
        """Its state, with the day that matters in it: when it starts, ends or ended."""
        state = Pact.State(self.state)
        day, words = {
            Pact.State.SIGNED: (self.starts_on, _("Signed, starts %(on_day)s")),
            Pact.State.ACTIVE: (self.ends_on, _("Active %(until_day)s")),
            Pact.State.REPORTING: (self.ends_on, _("Reporting, ends %(on_day)s")),
            Pact.State.EXPIRED: (self.ends_on, _("Ended %(on_day)s")),
            Pact.State.RENEWED: (self.ends_on, _("Renewed when it ended, %(on_day)s")),
            Pact.State.TERMINATED: (self.ends_on, _("Closed early, %(on_day)s")),
        }.get(state, (None, ""))
        return words % {"on_day": on_day(day), "until_day": until_day(day)} if day else str(state.label)
