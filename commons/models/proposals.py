"""Proposals: what somebody offers to do, where, and with whom."""

from typing import Self

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.days import on_day
from neighbourhoods.records import LocatedQuerySet, Record


class ProposalQuerySet(LocatedQuerySet):
    def public(self) -> Self:
        """Proposals that the office has taken up: a draft or a mere submission is nobody else's business."""
        return super().public().exclude(state__in=Proposal.NOT_PUBLIC)


class Proposal(Record):
    """An offer to care for a place or to do something for the neighbourhood."""

    layer = "proposals"

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        UNDER_REVIEW = "under_review", _("Under review")
        NEEDS_CHANGES = "needs_changes", _("Changes asked")
        IN_CONSULTATION = "in_consultation", _("Open to comments")
        CODESIGN = "codesign", _("In co-design")
        AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Not accepted")
        REDIRECTED = "redirected", _("Sent to another office")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    NOT_PUBLIC = (State.DRAFT, State.SUBMITTED)

    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT, db_index=True)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    building = models.ForeignKey(
        "commons.Building",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("building"),
    )
    house = models.ForeignKey(
        "commons.House",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="accompanied_proposals",
        verbose_name=_("accompanied by"),
    )
    pact = models.ForeignKey(
        "commons.Pact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("became the pact"),
    )
    proposers = models.ManyToManyField(
        "people.Organisation", blank=True, related_name="proposals", verbose_name=_("proposers")
    )

    objects = ProposalQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")

    def state_words(self) -> str:
        """Its state, and when it was submitted if that is known."""
        if not self.submitted_on:
            return self.get_state_display()
        said = {"state": self.get_state_display(), "on_day": on_day(self.submitted_on)}
        return _("%(state)s, submitted %(on_day)s") % said
