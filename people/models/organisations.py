"""Organisations and the people who belong to them."""

import secrets
from datetime import timedelta
from typing import Self

from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbourhoods.records import Published, Sourced
from neighbourhoods.vocabulary import Visibility
from people.roles import may, roles_in


class Organisation(Published, Sourced):
    """An association, group, business or public body that cares for something. No personal contact is kept here."""

    layer = "organisations"

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("Association")
        INFORMAL_GROUP = "informal_group", _("Informal group")
        BUSINESS = "business", _("Business")
        PUBLIC_BODY = "public_body", _("Public body")
        FOUNDATION = "foundation", _("Foundation")
        COOPERATIVE = "cooperative", _("Cooperative")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, blank=True)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    website = models.URLField(_("website"), blank=True)
    verified = models.BooleanField(_("verified by the city"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [*Sourced.Meta.constraints]

    def __str__(self) -> str:
        return self.name

    def is_led_by(self, user: models.Model) -> bool:
        """Whether this person represents it: only they invite, and end other people's memberships."""
        return self.memberships.filter(
            user=user, role=Membership.Part.REPRESENTATIVE, state=Membership.State.ACTIVE
        ).exists()

    def may_be_verified_by(self, user: models.Model) -> bool:
        """Whether a part that the person plays in its city gives the city's mark."""
        return may(roles_in(user, self.city), "verify")

    def verify(self) -> None:
        """The city's mark: from now on everybody may see it."""
        self.verified, self.visibility = True, Visibility.PUBLIC
        self.save(update_fields=["verified", "visibility", "updated_at"])

    def take_mark_back(self, hide: bool = False) -> None:
        """Without the city's mark from now on; with `hide` its page is gone too, and its name from other pages."""
        self.verified, self.visibility = False, Visibility.HIDDEN if hide else self.visibility
        self.save(update_fields=["verified", "visibility", "updated_at"])


class Membership(models.Model):
    """A person in an organisation. A member may read its drafts; a representative may also submit and sign for it."""

    PERSONAL = {"user": "delete", "organisation": "export", "role": "export", "state": "export", "since": "export"}

    class Part(models.TextChoices):
        MEMBER = "member", _("Member")
        REPRESENTATIVE = "representative", _("Representative")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    user = models.ForeignKey(
        "people.User", on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Part.choices, default=Part.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="people_membership_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.get_role_display()}"


def new_key() -> str:
    """A secret that opens one invitation."""
    return secrets.token_urlsafe(24)


class InvitationQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Invitations that can still be answered."""
        return self.filter(answer="", invited_at__gt=timezone.now() - Invitation.LASTS)


class Invitation(models.Model):
    """Somebody asked into an organisation by e-mail. Whether there is an account behind the address, nobody learns:
    the key goes to the address alone, and whoever has proved to own it may answer once."""

    PERSONAL = {"invited_by": "unlink", "email": "delete", "invited_at": "export", "answer": "export"}
    LASTS = timedelta(days=30)

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
        DECLINED = "declined", pgettext_lazy("invitation", "Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Membership.Part.choices, default=Membership.Part.MEMBER)
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    invited_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(answer=""),
                name="people_invitation_one_open",
                violation_error_message=_("This address has been invited already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.get_role_display()}"
