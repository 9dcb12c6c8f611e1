"""Proposals: what somebody offers to do, where, and with whom."""

from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commons.functions import several
from commons.models.moving import Moving
from commons.models.pacts import Pact
from commons.qualities import Quality
from neighbourhoods.days import on_day
from neighbourhoods.models import dates_in_order
from neighbourhoods.records import LocatedQuerySet, Record
from people.roles import Role


class ProposalQuerySet(LocatedQuerySet):
    def public(self) -> Self:
        """Proposals that the office has taken up: a draft or a mere submission is nobody else's business."""
        return super().public().filter(public_since__isnull=False)

    def accompanied_by(self, house: models.Model) -> Self:
        """Proposals that a house helps to grow, with the consent of who proposes."""
        return self.filter(house=house)

    def helped_by(self, user: models.Model) -> Self:
        """Proposals that a person helps to write as an operator of the house that accompanies them."""
        houses = user.grants.valid().filter(role=Role.HOUSE_OPERATOR)
        agreed = models.Q(collaborators__part="house", collaborators__state="accepted")
        here = models.Q(house__uid__in=houses.values("house_uid"), collaborators__house=models.F("house"))
        return self.filter(agreed & here)


class Proposal(Moving, Record):
    """An offer to care for a place or to do something for the neighbourhood.

    `name`, `description` and `place` say what and where. Title, place and state are public from `public_since`; every
    other text once `text_public` is set. `contact_…` never is. `revision` grows with every change of the text.
    """

    layer = "proposals"
    machine = "proposal"
    PERSONAL = {
        "author": "blank", "contact_name": "blank", "contact_email": "blank", "contact_phone": "blank",
        "name": "export", "description": "export", "aims": "export", "people_involved": "export",
        "submitted_on": "export", "state": "export", "entered_by": "unlink", "reviewer": "unlink",
    }  # fmt: skip
    # A draft that nobody else writes is nobody else's business: it goes with its author.
    UNFINISHED = models.Q(state="draft", steps=None) & ~models.Q(collaborators__state="accepted")
    TEXT = ("description", "aims", "people_involved", "risks", "budget", "indicators", "final_text")

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
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")

    class Route(models.TextChoices):
        DIRECT = "direct", _("Own initiative")
        CALL = "call", _("Answer to a call")

    NOT_PUBLIC = (State.DRAFT, State.SUBMITTED)
    TEXT_OPEN = (State.IN_CONSULTATION, State.CODESIGN, State.AWAITING_APPROVAL, State.APPROVED)

    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT, db_index=True)
    state_since = models.DateTimeField(_("in this state since"), null=True, blank=True, editable=False)
    public_since = models.DateTimeField(null=True, blank=True, editable=False)
    text_public = models.BooleanField(default=False, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    author = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    edit_key = models.CharField(max_length=64, blank=True, editable=False, help_text=_("Opens a draft without account"))
    entered_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    proposers = models.ManyToManyField(
        "people.Organisation", blank=True, related_name="proposals", verbose_name=_("proposers")
    )
    approved_parties = models.ManyToManyField(
        "people.Organisation", blank=True, related_name="approved_proposals", verbose_name=_("approved parties")
    )
    contact_name = models.CharField(_("who to ask for"), max_length=150, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=50, blank=True)
    consent_at = models.DateTimeField(_("consent given"), null=True, blank=True)

    idea = models.ForeignKey(
        "commons.Idea", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="proposals"
    )
    no_place = models.BooleanField(_("it has no place"), default=False)
    typed_area = models.CharField(_("area as it was typed"), max_length=200, blank=True)
    aims = models.TextField(_("why"), max_length=10_000, blank=True)
    people_involved = models.TextField(_("with whom"), max_length=5_000, blank=True)
    wanted_from = models.DateField(_("from"), null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField(_("for how many months"), null=True, blank=True)
    no_resources = models.BooleanField(_("nothing is held or asked"), default=False)
    qualities = ArrayField(
        models.CharField(max_length=20, choices=Quality.choices), verbose_name=_("qualities"), default=list, blank=True
    )
    needed_functions = several(_("what it needs a place for"))

    initiative_route = models.CharField(_("route"), max_length=10, choices=Route.choices, default=Route.DIRECT)
    legal_form = models.CharField(
        _("legal form"), max_length=30, choices=Pact.LegalForm.choices, default=Pact.LegalForm.PACT
    )
    complexity = models.CharField(_("complexity"), max_length=10, choices=Pact.Complexity.choices, blank=True)
    call = models.ForeignKey(
        "commons.Call",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("call"),
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    receipt = models.CharField(_("receipt"), max_length=30, unique=True, null=True, blank=True, editable=False)
    protocol_number = models.CharField(_("protocol number"), max_length=50, blank=True)
    protocol_date = models.DateField(_("protocol date"), null=True, blank=True)
    reviewer = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    review_due = models.DateField(_("review due"), null=True, blank=True)
    reply_by = models.DateField(_("answer by"), null=True, blank=True)
    comments_open_at = models.DateTimeField(_("comments from"), null=True, blank=True)
    comments_close_at = models.DateTimeField(_("comments until"), null=True, blank=True)
    final_text = models.TextField(_("final text"), max_length=50_000, blank=True)
    budget = models.TextField(_("budget"), max_length=5_000, blank=True)
    indicators = models.TextField(_("how we shall know that it works"), max_length=5_000, blank=True)
    risks = models.TextField(_("risks and insurance"), max_length=5_000, blank=True)
    redirected_to = models.CharField(_("other office or tool"), max_length=200, blank=True)
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

    objects = ProposalQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [*Record.Meta.constraints, dates_in_order("comments_open_at", "comments_close_at")]
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["city", "state", "state_since"], name="commons_desk"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="commons_proposal_name_words"),
        ]

    def conceal(self) -> None:
        """Empties, in memory, the texts that are not public yet: for pages that everybody may read."""
        if not self.text_public:
            for name in self.TEXT:
                setattr(self, name, "")

    def state_words(self) -> str:
        """Its state, and when it was submitted if that is known."""
        if not self.submitted_on:
            return self.get_state_display()
        if self.state == Proposal.State.SUBMITTED:
            return _("Submitted %(on_day)s") % {"on_day": on_day(self.submitted_on)}
        said = {"state": self.get_state_display(), "on_day": on_day(self.submitted_on)}
        return _("%(state)s, submitted %(on_day)s") % said


class Resource(models.Model):
    """Something a proposal holds or asks for: money, hours, rooms, materials. `quantity` in the unit it names."""

    class Side(models.TextChoices):
        HELD = "held", _("We have it")
        ASKED = "asked", _("We ask for it")

    class Kind(models.TextChoices):
        MONEY = "money", _("Money (€)")
        HOURS = "hours", _("Hours of work")
        ROOMS = "rooms", _("Rooms")
        MATERIALS = "materials", _("Materials")
        OTHER = "other", _("Something else")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="resources")
    side = models.CharField(max_length=10, choices=Side.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    quantity = models.DecimalField(_("how much"), max_digits=12, decimal_places=2, null=True, blank=True)
    words = models.CharField(_("what"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
