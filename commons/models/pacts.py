"""Pacts: what a city and its people have agreed to look after together."""

from datetime import date, timedelta
from typing import Self

from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commons.models.moving import Moving
from commons.models.places import CocityType
from neighbourhoods.days import on_day, until_day
from neighbourhoods.models import dates_in_order
from neighbourhoods.records import LocatedQuerySet, Record


class PactQuerySet(LocatedQuerySet):
    def accompanied_by(self, house: models.Model) -> Self:
        """Pacts that a house accompanies, or that were born of a proposal it accompanied."""
        born = self.model.proposals.rel.related_model.objects.public().filter(house=house, pact__isnull=False)
        return self.filter(models.Q(house=house) | models.Q(pk__in=born.values("pact")))


class Pact(Moving, Record):
    """A signed, or ready to sign, agreement between the city and civic subjects.

    It is born of one or more approved proposals, renews another, or was recorded from a register.
    """

    layer = "pacts"
    machine = "pact"

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
    state_since = models.DateTimeField(_("in this state since"), null=True, blank=True, editable=False)
    public_since = models.DateTimeField(null=True, blank=True, editable=False)
    text_public = models.BooleanField(default=True, editable=False)
    typed_area = models.CharField(_("area as it was typed"), max_length=200, blank=True)
    text = models.TextField(_("text of the pact"), max_length=50_000, blank=True)
    review_on = models.DateField(_("look again on"), null=True, blank=True)
    report_due = models.DateField(_("report due"), null=True, blank=True)
    after_end = models.TextField(_("what happens at the end"), max_length=5_000, blank=True)
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
    approved_parties = models.ManyToManyField(
        "people.Organisation", blank=True, related_name="+", verbose_name=_("approved parties")
    )
    signatories = models.ManyToManyField(
        "people.Organisation",
        blank=True,
        related_name="pacts",
        through="commons.Signature",
        verbose_name=_("signatories"),
    )
    website = models.URLField(_("website"), blank=True)

    objects = PactQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("pact")
        verbose_name_plural = _("pacts")
        constraints = [*Record.Meta.constraints, dates_in_order("starts_on", "ends_on")]

    TEXT_OPEN = tuple(State)
    NOT_PUBLIC = ()

    def next_period(self) -> tuple[date | None, date | None]:
        """The days that a pact which renews it could have: from the day after its last one, or today, as long again."""
        if not self.ends_on:
            return None, None
        first = max(self.ends_on + timedelta(days=1), self.city.today())
        return first, first + (self.ends_on - self.starts_on) if self.starts_on else None

    def evaluation_published(self) -> bool:
        """Whether its final evaluation can be read by all."""
        found = getattr(self, "evaluation", None)
        return bool(found and found.published_on)

    def over_before_its_end(self) -> date | None:
        """The day on which it was renewed or closed, where its last day still lay ahead. A register does not say."""
        over = self.state in {Pact.State.RENEWED, Pact.State.TERMINATED}
        if not over or self.source or not self.state_since or not self.ends_on:
            return None
        day = timezone.localtime(self.state_since).date()
        return day if day < self.ends_on else None

    def state_words(self) -> str:
        """Its state, with the day that matters in it: when it starts, ends or ended."""
        state = Pact.State(self.state)
        if before := self.over_before_its_end():
            words = _("Renewed %(on_day)s") if state == Pact.State.RENEWED else _("Closed early, %(on_day)s")
            return words % {"on_day": on_day(before)}
        day, words = {
            Pact.State.SIGNED: (self.starts_on, _("Signed, starts %(on_day)s")),
            Pact.State.ACTIVE: (self.ends_on, _("Active %(until_day)s")),
            Pact.State.REPORTING: (self.ends_on, _("Reporting, ends %(on_day)s")),
            Pact.State.EXPIRED: (self.ends_on, _("Ended %(on_day)s")),
            Pact.State.RENEWED: (self.ends_on, _("Renewed when it ended, %(on_day)s")),
            Pact.State.TERMINATED: (self.ends_on, _("Closed early, %(on_day)s")),
        }.get(state, (None, ""))
        return words % {"on_day": on_day(day), "until_day": until_day(day)} if day else str(state.label)


class Signature(models.Model):
    """One signature under a pact. A volunteer is counted, never named: `person` is for the office and the person."""

    PERSONAL = {"person": "blank", "person_name": "blank", "signed_on": "export", "pact": "export"}

    class Side(models.TextChoices):
        CIVIC = "civic", _("Civic subject")
        CITY = "city", _("Municipality")

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("Association")
        VOLUNTEER = "volunteer", _("Volunteer")
        BUSINESS = "business", _("Business")
        PUBLIC_BODY = "public_body", _("Public body")
        INFORMAL_GROUP = "informal_group", _("Informal group")

    pact = models.ForeignKey(Pact, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10, choices=Side.choices, default=Side.CIVIC)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.ASSOCIATION)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    person_name = models.CharField(_("name of the person"), max_length=150, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["pact", "organisation"],
                condition=models.Q(organisation__isnull=False),
                name="commons_signature_once",
            )
        ]
