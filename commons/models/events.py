"""Dated activities: at a place, online, or both."""

from typing import Self

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commons.models.places import Building, House
from commons.models.writing import Written, WrittenQuerySet, written_by
from neighbourhoods.constraints import SaidCheck
from neighbourhoods.moments import Moment
from neighbourhoods.records import Record
from people.roles import Role


class EventQuerySet(WrittenQuerySet):
    def coming(self) -> Self:
        """Not over yet, the next first. What has no end is over once it has begun."""
        return self.filter(over_at__gte=timezone.now()).order_by("starts_at", "pk")

    def past(self) -> Self:
        """Over, the last one first."""
        return self.filter(over_at__lt=timezone.now()).order_by("-starts_at", "-pk")

    def of_writer(self, user: models.Model) -> Self:
        """An operator also writes what happens in the house."""
        grants = user.grants.valid().filter(role=Role.HOUSE_OPERATOR)
        return self.filter(written_by(user) | models.Q(house__uid__in=grants.values("house_uid")))


class Event(Written, Record):
    """A seminar, a course, a meeting, an activity or an exhibition.

    It happens where `house` or `building` is, at a `place` of its own, online (`streams`), or several of these. Moments
    are entered and shown in the time of its city. A cancelled event stays where it was announced, and says so.
    """

    layer = "events"
    PERSONAL = {"author": "blank", "name": "export", "description": "export", "answer": "export"}

    class Kind(models.TextChoices):
        SEMINAR = "seminar", _("Seminar or conference")
        COURSE = "course", _("Course")
        MEETING = "meeting", _("Meeting")
        EXHIBITION = "exhibition", _("Exhibition")
        ACTIVITY = "activity", _("Activity")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("It takes place")
        CANCELLED = "cancelled", _("Called off")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.MEETING)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.SCHEDULED)
    starts_at = Moment(_("begins"))
    ends_at = Moment(_("ends"), null=True, blank=True)
    over_at = models.GeneratedField(
        expression=Coalesce("ends_at", "starts_at"), output_field=models.DateTimeField(), db_persist=True
    )
    house = models.ForeignKey(
        House, on_delete=models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("at the house")
    )
    building = models.ForeignKey(
        Building,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("in the building"),
    )
    website = models.URLField(_("website"), blank=True)

    objects = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [*Record.Meta.indexes, models.Index(fields=["city", "over_at"], name="commons_event_over")]
        constraints = [
            *Record.Meta.constraints,
            SaidCheck(
                reason="ends_first",
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gte=models.F("starts_at")),
                name="commons_event_ends_after_it_begins",
            ),
        ]

    def clean(self) -> None:
        """An event ends after it begins; said beside the field, before the database says it."""
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins. Look at the two dates and times again.")})

    def stand_where_it_happens(self) -> None:
        """Without a place of its own it stands on the map where its house or its building is. Does not save."""
        if not self.place and (host := self.house or self.building):
            self.place, self.precision = host.place, host.precision
            self.address = self.address or host.address

    def cancel(self) -> None:
        """It does not take place; its page says so."""
        self.status = self.Status.CANCELLED
        self.save(update_fields=["status", "updated_at"])

    def state_words(self) -> str:
        """What kind of event it is, or that it does not take place."""
        return self.get_status_display() if self.status == self.Status.CANCELLED else self.get_kind_display()


class Stream(models.Model):
    """Where an event is followed online: one address, in one language."""

    class Language(models.TextChoices):
        IT = "it", _("Italian")
        EN = "en", _("English")
        FR = "fr", _("French")
        ES = "es", _("Spanish")
        AR = "ar", _("Arabic")
        RO = "ro", _("Romanian")
        ZH = "zh", _("Chinese")
        LIS = "ise", _("Italian sign language")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="streams")
    address = models.URLField(_("address"), max_length=500)
    language = models.CharField(_("language"), max_length=3, choices=Language.choices, default=Language.IT)
    name = models.CharField(_("where"), max_length=100, blank=True, help_text=_("For example: YouTube"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        constraints = [models.UniqueConstraint(fields=["event", "address"], name="commons_stream_once")]

    def __str__(self) -> str:
        return self.name or self.address
