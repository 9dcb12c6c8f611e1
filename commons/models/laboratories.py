"""Laboratories: open meetings of one or more neighbourhoods, and how many people came (story 9)."""

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from neighbourhoods.models import dates_in_order
from neighbourhoods.plain_text import one_line
from neighbourhoods.records import Published, PublishedQuerySet, Sourced, new_uid


def new_salt() -> str:
    return secrets.token_hex(16)


class LaboratoryQuerySet(PublishedQuerySet):
    def of(self, territory: models.Model) -> "LaboratoryQuerySet":
        """The laboratories of a neighbourhood."""
        return self.filter(neighbourhoods=territory)

    def attended(self) -> "LaboratoryQuerySet":
        """With `people`, how many different persons came, and `attendances`, how often somebody came."""
        came = Attendance.objects.filter(session__laboratory=models.OuterRef("pk")).order_by().values(
            "session__laboratory"
        )  # fmt: skip
        return self.annotate(
            people=models.Subquery(came.annotate(n=models.Count("person_key", distinct=True)).values("n")),
            attendances=models.Subquery(came.annotate(n=models.Count("pk")).values("n")),
        )


class Laboratory(Published, Sourced):
    """A citizenship laboratory, or an urban one (several areas or the whole city): it gathers needs, designs projects
    and comes to an agreement. `salt` makes the keys of who came; without it nobody can be looked for in them."""

    layer = "laboratories"
    PERSONAL = {"architect": "unlink"}

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=10_000, blank=True)
    urban = models.BooleanField(
        _("urban laboratory"), default=False, help_text=_("For several areas together, or for the whole city.")
    )
    neighbourhoods = models.ManyToManyField(
        "neighbourhoods.Neighbourhood", blank=True, related_name="+", verbose_name=_("neighbourhoods")
    )
    season = models.CharField(_("season"), max_length=20, blank=True, help_text=_("For example: 2014–2019"))
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    architect = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("architect")
    )
    salt = models.CharField(max_length=32, default=new_salt, editable=False, blank=True)

    objects = LaboratoryQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "name"]
        verbose_name = _("laboratory")
        verbose_name_plural = _("laboratories")
        constraints = [*Sourced.Meta.constraints, dates_in_order("opened_on", "closed_on")]

    def __str__(self) -> str:
        return self.name

    def key_of(self, sign: str) -> str:
        """The key of a person in this laboratory, from whatever they signed the sheet with; the sign is not kept."""
        same = one_line(sign).casefold()
        return hmac.new(f"{settings.SECRET_KEY}{self.salt}".encode(), same.encode(), sha256).hexdigest()


class Session(models.Model):
    """One meeting of a laboratory."""

    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    laboratory = models.ForeignKey(Laboratory, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("when"))
    house = models.ForeignKey(
        "commons.House", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in")
    )
    where = models.CharField(_("where"), max_length=200, blank=True)
    minutes = models.TextField(_("minutes"), max_length=20_000, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("session of a laboratory")
        verbose_name_plural = _("sessions of laboratories")

    def __str__(self) -> str:
        return f"{self.laboratory}, {self.starts_at:%d/%m/%Y}"

    def signed_by(self, signs: Iterable[str]) -> int:
        """Writes who came, one sign a person (a name, an address, a card number); how many came more than were
        written already. Somebody who signs twice in one session came once."""
        keys = {self.laboratory.key_of(sign) for sign in signs if sign.strip()}
        before = self.attendances.count()
        Attendance.objects.bulk_create(
            [Attendance(session=self, person_key=key) for key in sorted(keys)], ignore_conflicts=True
        )
        return self.attendances.count() - before


class Attendance(models.Model):
    """That somebody came to a session. `person_key` is the same for the same person in one laboratory, another in
    every other, and leads back to no name."""

    PERSONAL = {"person_key": "export", "session": "export"}

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    person_key = models.CharField(_("key of the person"), max_length=64)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["session", "person_key"], name="commons_attendance_once"),
        ]
