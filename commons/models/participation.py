"""People round a proposal: who writes it with the author, comments, wants in, supports, meets."""

from typing import Self

from django.contrib.gis.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbourhoods.moments import Moment
from neighbourhoods.records import new_uid


class Collaborator(models.Model):
    """Somebody invited to a proposal: a co-author, or a house that accompanies it. The proposer consents by inviting
    and can take it back; a house's operators edit, and never submit or sign (story 5)."""

    PERSONAL = {"user": "delete", "email": "blank", "part": "export", "state": "export", "invited_at": "export"}

    class Part(models.TextChoices):
        COAUTHOR = "coauthor", _("Co-author")
        HOUSE = "house", _("House that accompanies it")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Takes part")
        DECLINED = "declined", _("Declined")
        REVOKED = "revoked", _("Taken back")

    proposal = models.ForeignKey("commons.Proposal", on_delete=models.CASCADE, related_name="collaborators")
    part = models.CharField(max_length=10, choices=Part.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    email = models.EmailField(_("e-mail"), blank=True)
    house = models.ForeignKey("commons.House", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "house"], condition=models.Q(house__isnull=False), name="commons_one_house_once"
            ),
            models.UniqueConstraint(
                "proposal", Lower("email"), condition=~models.Q(email=""), name="commons_collaborator_once"
            ),
        ]


class ContributionQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Comments that moderation lets stand, of proposals that are public and whose text is."""
        from commons.models.proposals import Proposal

        shown = Proposal.objects.public().filter(text_public=True)
        return self.filter(moderation=Contribution.Moderation.SHOWN, proposal__in=shown)


class Contribution(models.Model):
    """A public remark on a proposal, open to comments at the time. Moderation hides it and leaves a trace."""

    PERSONAL = {"author": "blank", "text": "blank", "written_at": "export", "moderated_by": "unlink"}

    class Moderation(models.TextChoices):
        WAITING = "waiting", _("Waiting to be read by the office")
        SHOWN = "shown", _("Shown")
        HIDDEN = "hidden", pgettext_lazy("comment", "Hidden")

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    proposal = models.ForeignKey("commons.Proposal", on_delete=models.PROTECT, related_name="contributions")
    author = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"), max_length=5_000)
    language = models.CharField(max_length=2, default="it")
    written_at = models.DateTimeField(auto_now_add=True)
    moderation = models.CharField(max_length=10, choices=Moderation.choices, default=Moderation.SHOWN)
    moderated_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    moderated_at = models.DateTimeField(null=True)
    moderation_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")


class JoinRequest(models.Model):
    """ "I want in": reaches the proposers and the office, is never public."""

    PERSONAL = {"user": "delete", "message": "export", "organisation": "export", "asked_at": "export"}

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", pgettext_lazy("request", "Accepted")
        DECLINED = "declined", pgettext_lazy("request", "Declined")

    proposal = models.ForeignKey("commons.Proposal", on_delete=models.PROTECT, related_name="join_requests")
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message = models.TextField(_("what you would bring"), max_length=2_000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("joining request")
        verbose_name_plural = _("joining requests")
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="commons_join_once")]


class Support(models.Model):
    """One person's support of a proposal; only the number is public."""

    PERSONAL = {"user": "delete", "proposal": "export", "at": "export"}

    proposal = models.ForeignKey("commons.Proposal", on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="commons_support_once")]


class CoDesignSession(models.Model):
    """A meeting where the pact is written together. Who came is counted, never named."""

    PERSONAL = {"called_by": "unlink"}

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    proposal = models.ForeignKey("commons.Proposal", on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("when"))
    house = models.ForeignKey(
        "commons.House", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in")
    )
    where = models.CharField(_("where"), max_length=200, blank=True)
    minutes = models.TextField(_("minutes"), max_length=20_000, blank=True)
    attendance = models.PositiveIntegerField(_("how many came"), null=True, blank=True)
    called_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    updated_at = Moment(auto_now=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("co-design session")
        verbose_name_plural = _("co-design sessions")


class Correction(models.Model):
    """ "Missing or wrong place? Tell us": what somebody says of a page or of a place that is not there."""

    PERSONAL = {
        "user": "blank", "email": "blank", "text": "export", "told_at": "export", "handled_by": "unlink",
    }  # fmt: skip

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("correction", "New")
        DONE = "done", pgettext_lazy("correction", "Done")
        DISMISSED = "dismissed", pgettext_lazy("correction", "Dismissed")

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+")
    about = models.CharField(_("about"), max_length=36, blank=True, help_text=_("The identifier of the record."))
    text = models.TextField(_("what is missing or wrong"), max_length=3_000)
    place = models.PointField(srid=4326, null=True, blank=True)
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    email = models.EmailField(_("e-mail, if you want an answer"), blank=True)
    told_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW, db_index=True)
    answer = models.TextField(_("answer"), max_length=3_000, blank=True)
    handled_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
