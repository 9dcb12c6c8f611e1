"""Disused public buildings and Case del Quartiere."""

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from commons.catchments import elsewhere
from commons.functions import several
from neighbourhoods.constraints import geometry_checks
from neighbourhoods.records import LocatedQuerySet, Record


class CocityType(models.TextChoices):
    """The kinds of place of Torino's Co-City calls."""

    A = "A", _("A: disused buildings in the outskirts")
    B = "B", _("B: underused places of public service")
    C = "C", _("C: care of public space")


class Building(Record):
    """A public building or space that is empty, half used, or on its way back to use."""

    layer = "buildings"

    class UseStatus(models.TextChoices):
        DISUSED = "disused", _("Disused")
        UNDERUSED = "underused", _("Underused")
        IN_REGENERATION = "in_regeneration", _("Being brought back to use")
        REUSED = "reused", _("In use again")

    class Condition(models.TextChoices):
        GOOD = "good", _("Good")
        FAIR = "fair", _("Fair")
        POOR = "poor", _("Poor")
        UNKNOWN = "unknown", _("Not known")

    use_status = models.CharField(
        _("use"), max_length=20, choices=UseStatus.choices, default=UseStatus.DISUSED, db_index=True
    )
    use_since = models.DateField(_("since"), null=True, blank=True, help_text=_("The day this use began."))
    cocity_type = models.CharField(_("Co-City type"), max_length=1, choices=CocityType.choices, blank=True)
    owner = models.CharField(_("owner"), max_length=200, blank=True)
    office = models.CharField(_("office in charge"), max_length=200, blank=True)
    asset_code = models.CharField(_("asset code"), max_length=50, blank=True)
    parcel = models.CharField(_("cadastral parcel"), max_length=100, blank=True)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices, default=Condition.UNKNOWN)
    floor_area = models.PositiveIntegerField(_("floor area (m²)"), null=True, blank=True)
    how_to_ask = models.TextField(_("how to ask for it"), max_length=5_000, blank=True)
    could_host = several(_("what it could host"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("disused public building")
        verbose_name_plural = _("disused public buildings")

    def state_words(self) -> str:
        """Its use, and since which year if that is known."""
        if not self.use_since:
            return self.get_use_status_display()
        since = {"use": self.get_use_status_display(), "year": self.use_since.year}
        return _("%(use)s since %(year)s") % since


class House(Record):
    """A Casa del Quartiere or another community place: open to all, it helps people do things together."""

    layer = "houses"

    class StepFree(models.TextChoices):
        YES = "yes", _("Step-free")
        PARTLY = "partly", _("Partly step-free")
        NO = "no", _("Steps at the entrance")
        UNKNOWN = "unknown", _("Not known")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        UNKNOWN = "unknown", _("Not confirmed")

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    services = models.JSONField(_("services"), default=list, blank=True)
    hosts = several(_("what it hosts"))
    opening_hours = models.CharField(_("opening hours"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    step_free = models.CharField(
        _("step-free access"), max_length=10, choices=StepFree.choices, default=StepFree.UNKNOWN
    )
    operator = models.ForeignKey(
        "people.Organisation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("run by"),
    )
    pact = models.ForeignKey(
        "commons.Pact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="governed_houses",
        verbose_name=_("governed by the pact"),
    )
    catchment = models.MultiPolygonField(_("catchment"), srid=4326, null=True, blank=True)

    objects = LocatedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("Casa del Quartiere")
        verbose_name_plural = _("Case del Quartiere")
        constraints = [*Record.Meta.constraints, *geometry_checks("catchment")]

    def clean(self) -> None:
        """An area that is drawn for it lies in its own city; said here before the database refuses it."""
        super().clean()
        if self.catchment and self.catchment.valid and self.city_id and (why := elsewhere(self.city, self.catchment)):
            raise ValidationError({"catchment": why})

    def state_words(self) -> str:
        """Whether it is open."""
        return self.get_status_display()
