"""Needs: what residents say is wrong or missing in their neighbourhood (story 2)."""

from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.utils.translation import gettext_lazy as _

from commons.codes import LENGTH, new_code
from neighbourhoods.records import LocatedQuerySet, Record


class NeedQuerySet(LocatedQuerySet):
    def public(self) -> Self:
        """Needs that somebody of the office has read: what anybody typed is not shown to all unread."""
        return super().public().filter(public_since__isnull=False, status__in=Need.SHOWN)

    def waiting(self) -> Self:
        """Needs that nobody of the office has read yet."""
        return self.filter(status=Need.Status.RECEIVED)


class Need(Record):
    """A problem or a wish, reported by anybody, with or without an account, at a place or for the whole city.

    `reporter`, `contact_email` and `code` are never public; with the code its reporter sees what became of it.
    """

    layer = "needs"
    PERSONAL = {
        "reporter": "blank", "contact_email": "blank", "name": "export", "description": "export",
        "reported_at": "export", "read_by": "unlink",
    }  # fmt: skip

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("Something is wrong")
        WISH = "wish", _("Something is missing")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received, not read yet")
        OPEN = "open", _("Read, no answer yet")
        DISCUSSED = "discussed", _("Taken to a laboratory")
        TAKEN_UP = "taken_up", _("A project answers it")
        ANSWERED = "answered", _("Answered")
        DUPLICATE = "duplicate", _("Reported already")
        DISMISSED = "dismissed", _("Not a need of the neighbourhood")

    SHOWN = (Status.OPEN, Status.DISCUSSED, Status.TAKEN_UP, Status.ANSWERED)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PROBLEM)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.RECEIVED, db_index=True
    )
    code = models.CharField(_("tracking code"), max_length=LENGTH, unique=True, default=new_code, editable=False)
    answer = models.TextField(_("answer"), max_length=5_000, blank=True)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates", verbose_name=_("same as")
    )
    laboratory = models.ForeignKey(
        "commons.Laboratory", on_delete=models.PROTECT, null=True, blank=True, related_name="needs",
        verbose_name=_("laboratory"),
    )  # fmt: skip
    reporter = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    contact_email = models.EmailField(_("e-mail, if you want news of it"), blank=True)
    public_since = models.DateTimeField(null=True, blank=True, editable=False)
    reported_at = models.DateTimeField(_("reported on"), auto_now_add=True)
    read_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes = [
            *Record.Meta.indexes,
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="commons_need_name_words"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(status="duplicate") | models.Q(duplicate_of__isnull=False),
                name="commons_need_duplicate_of_one",
                violation_error_message=_("Say which need it is the same as."),
            ),
        ]

    def state_words(self) -> str:
        """What became of it, in words."""
        return self.get_status_display()
