"""What the public body does formally: acts, calls, disputes, and the numbers of its register."""

from datetime import datetime
from typing import Self

from django.contrib.gis.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from neighbourhoods.models import dates_in_order
from neighbourhoods.records import Published, PublishedQuerySet, Sourced


class FormalAct(models.Model):
    """A decision with its number and date. `document` may be empty for acts that a register only names."""

    PERSONAL = {"recorded_by": "unlink"}

    class Body(models.TextChoices):
        GIUNTA = "giunta", _("City executive (Giunta)")
        COUNCIL = "council", _("City council")
        DISTRICT_COUNCIL = "district_council", _("District council")
        MANAGER = "manager", _("Manager")

    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey("commons.Proposal", on_delete=models.PROTECT, null=True, related_name="acts")
    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, null=True, related_name="acts")
    body = models.CharField(_("decided by"), max_length=20, choices=Body.choices)
    number = models.CharField(_("number"), max_length=50)
    date = models.DateField(_("date"))
    title = models.CharField(_("subject"), max_length=300, blank=True)
    document = models.ForeignKey("commons.Attachment", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["date", "pk"]
        verbose_name = _("formal act")
        verbose_name_plural = _("formal acts")

    def __str__(self) -> str:
        return f"{self.get_body_display()} {self.number}, {self.date:%d/%m/%Y}"


class CallQuerySet(PublishedQuerySet):
    def public(self) -> Self:
        """Published calls, open or closed; one in preparation is the office's."""
        return super().public().exclude(state=Call.State.PREPARING)


class Call(Published, Sourced):
    """A public call (*avviso*): the city names places and criteria and invites proposals until a moment.

    `tick` opens and closes it; a proposal that answers it can be submitted only while it is open.
    """

    layer = "calls"

    class State(models.TextChoices):
        PREPARING = "preparing", _("In preparation")
        ANNOUNCED = "announced", _("Announced")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    name = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("text"), max_length=20_000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREPARING, db_index=True)
    resolution = models.CharField(_("number of the resolution"), max_length=100, blank=True)
    resolution_date = models.DateField(_("date of the resolution"), null=True, blank=True)
    criteria = models.TextField(_("criteria"), max_length=10_000, blank=True)
    office = models.CharField(_("office in charge"), max_length=200, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    buildings = models.ManyToManyField(
        "commons.Building", blank=True, related_name="calls", verbose_name=_("buildings")
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "name"]
        verbose_name = _("public call")
        verbose_name_plural = _("public calls")
        constraints = [*Sourced.Meta.constraints, dates_in_order("opens_at", "closes_at")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.city.slug, self.uid])

    def missing(self) -> list[str]:
        """What must be there before it can be published, in words (story 7: resolution, criteria, office, dates)."""
        wanted = {
            "resolution": _("the number of the resolution"), "resolution_date": _("the date of the resolution"),
            "criteria": _("the criteria"), "office": _("the office in charge"), "opens_at": _("when it opens"),
            "closes_at": _("when it closes"),
        }  # fmt: skip
        return [str(words) for name, words in wanted.items() if not getattr(self, name)]

    def due_state(self, now: datetime) -> str:
        """The state that the clock asks for; a call in preparation stays so until the office publishes it."""
        if self.state == self.State.PREPARING:
            return self.state
        if now < self.opens_at:
            return self.State.ANNOUNCED
        return self.State.OPEN if now < self.closes_at else self.State.CLOSED


class Dispute(models.Model):
    """A disagreement beside a proposal or a pact, never instead of its state."""

    proposal = models.ForeignKey("commons.Proposal", on_delete=models.PROTECT, null=True, related_name="disputes")
    pact = models.ForeignKey("commons.Pact", on_delete=models.PROTECT, null=True, related_name="disputes")
    subject = models.CharField(_("about what"), max_length=300)
    parties = models.TextField(_("parties"), max_length=2_000, blank=True)
    panel = models.CharField(_("panel"), max_length=300, blank=True)
    opened_on = models.DateField(_("opened on"))
    opinion_due = models.DateField(_("opinion due"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), max_length=5_000, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ["-opened_on", "-pk"]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proposal__isnull=True) ^ models.Q(pact__isnull=True),
                name="commons_dispute_one_parent",
            ),
            dates_in_order("opened_on", "closed_on"),
        ]

    def __str__(self) -> str:
        return self.subject


class ReceiptCounter(models.Model):
    """The last receipt number given in a city and a year."""

    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "year"], name="commons_receipt_counter_unique")]
