"""What a Casa is made of: its rooms, its desks, and the part of the city that it works for."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from commons.functions import several
from commons.models.places import House
from neighbourhoods.constraints import PointOnSurface, geometry_checks
from neighbourhoods.records import Published, Sourced


class Space(models.Model):
    """A room, a kitchen, a courtyard of a house. It is public as its house is; `area` is in square metres."""

    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="spaces")
    name = models.CharField(_("name"), max_length=200)
    capacity = models.PositiveIntegerField(
        _("how many people"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    area = models.PositiveIntegerField(_("area (m²)"), null=True, blank=True, validators=[MinValueValidator(1)])
    step_free = models.CharField(
        _("step-free access"), max_length=10, choices=House.StepFree.choices, default=House.StepFree.UNKNOWN
    )
    functions = several(_("what it is for"))
    description = models.TextField(_("what is in it"), max_length=1_000, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("space")
        verbose_name_plural = _("spaces")

    def __str__(self) -> str:
        return self.name


class HelpDesk(models.Model):
    """A counter where people get help: what for and when. Hours are written as `House.opening_hours` are."""

    house = models.ForeignKey(House, on_delete=models.CASCADE, related_name="desks")
    name = models.CharField(_("name"), max_length=200)
    opening_hours = models.CharField(_("opening hours"), max_length=300, blank=True)
    description = models.TextField(_("what it helps with"), max_length=1_000, blank=True)
    how_to_book = models.CharField(_("how to come"), max_length=300, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("desk of a house")
        verbose_name_plural = _("desks of a house")

    def __str__(self) -> str:
        return self.name


class Catchment(Published, Sourced):
    """The part of the city that a house works for: as drawn by its people, or the ground that lies nearest to it.

    Written by the database when houses or boundaries change, and by nothing else. `shared_with` names the houses that
    stand at the very same spot: what is nearest to one of them is nearest to all. A house that is closed or hidden has
    a hidden one, so that its identifier keeps its meaning. The same houses and boundaries give the same rows.
    """

    layer = "catchments"

    class Kind(models.TextChoices):
        DRAWN = "drawn", _("Drawn by the house")
        NEAREST = "nearest", _("Nearest house, as the crow flies")

    house = models.OneToOneField(
        House, on_delete=models.CASCADE, primary_key=True, related_name="reach", editable=False
    )
    name = models.CharField(_("name"), max_length=200, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, editable=False)
    area = models.MultiPolygonField(_("area"), srid=4326, null=True, editable=False)
    label_point = models.GeneratedField(
        expression=PointOnSurface("area"), output_field=models.PointField(srid=4326, null=True), db_persist=True
    )
    shared_with = ArrayField(models.CharField(max_length=200), default=list, editable=False)

    class Meta:
        verbose_name = _("catchment")
        verbose_name_plural = _("catchments")
        constraints = [*Sourced.Meta.constraints, *geometry_checks("area")]
        indexes = [GistIndex(fields=["label_point"], name="commons_catchment_label")]

    def __str__(self) -> str:
        return self.name
