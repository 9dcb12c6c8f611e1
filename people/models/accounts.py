"""Accounts of persons, and the grants that give them a part to play in a city."""

from typing import Self

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.roles import ROLES, Role


class User(AbstractUser):
    """An account of a person. Its e-mail address is its identity; nothing of it is public but `display_name`, and
    that only beside what the person writes for all to read."""

    PERSONAL = {
        "username": "blank", "email": "blank", "first_name": "blank", "last_name": "blank", "display_name": "blank",
        "language": "export", "last_login": "export", "date_joined": "export", "rhythm": "export", "muted": "export",
    }  # fmt: skip

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")
        NEVER = "never", _("Only here, no e-mail")

    display_name = models.CharField(_("name shown to others"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=2, default="it")
    rhythm = models.CharField(_("e-mails"), max_length=10, choices=Rhythm.choices, default=Rhythm.AT_ONCE)
    muted = ArrayField(models.CharField(max_length=50), verbose_name=_("kinds not wanted"), default=list, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="people_user_email_unique")
        ]

    def shown(self) -> str:
        """The name that others see: the chosen one, never the e-mail address."""
        return self.display_name or str(_("A resident"))

    def named(self) -> str:
        """The name that colleagues of the office see: the whole one, the chosen one, or the address."""
        return self.get_full_name() or self.display_name or self.email or self.username

    def works_at_the_desk(self) -> bool:
        """Whether a part of theirs opens the office's desk, in whatever city."""
        offices = [role for role, part in ROLES.items() if "desk" in part.may]
        return self.is_superuser or self.grants.valid().filter(role__in=offices).exists()


class GrantQuerySet(models.QuerySet):
    def valid(self) -> Self:
        """Grants that have not been taken back."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=timezone.now()))


class Grant(models.Model):
    """A part that a person plays in a city: in all of it, in one territory (architects), or for one house."""

    PERSONAL = {"user": "delete", "role": "export", "city": "export", "since": "export", "until": "export"}

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role.granted())
    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+", verbose_name=_("city"))
    territory = models.ForeignKey(
        "neighbourhoods.Neighbourhood",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only in"),
    )
    house_uid = models.CharField(_("only for the house"), max_length=36, blank=True)
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "city", "territory", "house_uid"],
                nulls_distinct=False,
                name="people_grant_unique",
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.ARCHITECT) | models.Q(territory__isnull=False),
                name="people_grant_architect_has_area",
                violation_error_message=_("A neighbourhood architect needs an area."),
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.HOUSE_OPERATOR) | ~models.Q(house_uid=""),
                name="people_grant_operator_has_house",
                violation_error_message=_("A house operator needs a house."),
            ),
        ]

    def __str__(self) -> str:
        where = self.territory or self.house_uid or self.city
        return f"{self.get_role_display()}, {where}"
