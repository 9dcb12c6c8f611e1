"""Organisations and the people who belong to them."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.records import Published, Sourced


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
