"""Who: accounts and organisations."""

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.records import Published, Sourced


class User(AbstractUser):
    """An account of a person. Our own from the first migration, so that it can grow."""


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
