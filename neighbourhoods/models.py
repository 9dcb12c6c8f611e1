"""Where: cities, partitions of a city, territories with dated boundaries, streets, doors and waters."""

from collections.abc import Callable
from datetime import date, datetime
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.contrib.postgres.indexes import GistIndex
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from neighbourhoods.constraints import PointOnSurface, SaidCheck, geometry_checks
from neighbourhoods.records import Published, PublishedQuerySet, Sourced
from neighbourhoods.vocabulary import PartitionKind, Role

ITALY = Polygon.from_bbox((6, 35, 19, 48))  # as in the trigger of neighbourhoods/migrations/0002_locate.py


def dates_in_order(first: str, last: str) -> SaidCheck:
    """`last` may be empty, never before `first`."""
    return SaidCheck(
        reason="in_order",
        condition=models.Q(**{f"{last}__gte": models.F(first)})
        | models.Q(**{f"{last}__isnull": True})
        | models.Q(**{f"{first}__isnull": True}),
        name=f"%(app_label)s_%(class)s_{last}_after_{first}",
    )


class City(models.Model):
    """A municipality: its names for things (`profile`), its envelope in EPSG:4326, its time zone and CRS list.

    `profile` keys: `labels` ({term: {"it": …, "en": …}}), `official` ({role: a command that loads the official
    boundaries}), `contact` (who answers: name, phone, email, hours), `houses` ({"distance": metres from a house that
    the city calls near}). Facts of a city are data here, never code.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    body = models.CharField(_("public body"), max_length=100, blank=True, help_text=_("For example: Città di Torino"))
    envelope = models.PolygonField(srid=4326)
    national = models.BooleanField(
        _("inside Italy"), default=True, help_text=_("The database refuses places outside Italy's extent.")
    )
    time_zone = models.CharField(max_length=50, default="Europe/Rome")
    crs = models.JSONField(_("coordinate systems"), default=list, help_text=_("EPSG codes, for example [32632, 3003]"))
    profile = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        constraints = geometry_checks("envelope")

    def __str__(self) -> str:
        return self.name

    # What the rooms above know to be wrong with a profile: each is given it and answers with sentences.
    CHECKS: ClassVar[list[Callable[[dict], list[str]]]] = []

    def clean(self) -> None:
        """Refuses a profile that cannot be lived by; for the forms and for whatever loads profiles."""
        if not isinstance(self.profile, dict):
            raise ValidationError({"profile": _("The profile has to be an object.")})
        if faults := [words for check in self.CHECKS for words in check(self.profile)]:
            raise ValidationError({"profile": faults})

    def label(self, term: str, language: str, default: str = "") -> str:
        """The city's own word for a term, for example its name for a pact."""
        return self.profile.get("labels", {}).get(term, {}).get(language, default)

    def today(self) -> date:
        """The day it is in the city. Raises KeyError or ValueError for a time zone that is not known."""
        return datetime.now(ZoneInfo(self.time_zone)).date()

    def may_hold(self, place: GEOSGeometry) -> bool:
        """Whether a place (EPSG:4326) touches the envelope and keeps to the extent that the database asks for."""
        west, south, east, north = place.extent
        if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
            return False
        box = Polygon.from_bbox(place.extent)
        return self.envelope.intersects(box) and (not self.national or ITALY.contains(box))

    @transaction.atomic
    def turn(self, day: date) -> tuple[list["Partition"], list["Partition"]]:
        """Writes which partitions are in force on a day: (those that end, those that begin).

        One partition plays a role: an official one before a schematic one, then the one that began last.
        """
        partitions = list(self.partitions.select_for_update().order_by("pk"))
        due = sorted(
            self.partitions.on(day), key=lambda p: (p.schematic, -(p.valid_from or date.min).toordinal(), -p.pk)
        )
        first = {partition.role: partition.pk for partition in reversed(due)}
        wanted = {partition.pk for partition in due if not partition.role or first[partition.role] == partition.pk}
        ending = [one for one in partitions if one.current and one.pk not in wanted]
        beginning = [one for one in partitions if not one.current and one.pk in wanted]
        if ending or beginning:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL mappa.relocate = 'later'")
                self.partitions.filter(pk__in=[one.pk for one in ending]).update(current=False)
                self.partitions.filter(pk__in=[one.pk for one in beginning]).update(current=True)
                cursor.execute("SET LOCAL mappa.relocate = ''; SELECT mc_relocate(ARRAY[%s]::bigint[])", [self.pk])
        return ending, beginning


class PartitionQuerySet(models.QuerySet):
    def on(self, day: date) -> Self:
        """The partitions in force on a day; an empty date is open."""
        return self.filter(
            models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=day),
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=day),
        )


class Partition(models.Model):
    """A way of dividing a city into territories, official or schematic, with the dates it is in force.

    `current` is what `tick` found on the city's own day; `valid_to` is the first day it no longer holds.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="partitions")
    kind = models.CharField(max_length=20, choices=PartitionKind.choices)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.OTHER, blank=True)
    name = models.CharField(max_length=100)
    schematic = models.BooleanField(
        default=False, help_text=_("Drawn by hand to give an idea: it says so wherever it shows.")
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    current = models.BooleanField(default=True, editable=False)

    objects = PartitionQuerySet.as_manager()

    class Meta:
        ordering = ["city", "role", "-current", "name"]
        verbose_name = _("partition")
        verbose_name_plural = _("partitions")
        constraints = [
            models.UniqueConstraint(
                fields=["city", "role"],
                condition=models.Q(current=True) & ~models.Q(role=""),
                name="neighbourhoods_one_current_partition_per_role",
            ),
            dates_in_order("valid_from", "valid_to"),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.name}"


class NeighbourhoodQuerySet(PublishedQuerySet):
    def in_role(self, role: str) -> Self:
        """Territories of the partitions that play this role, whether or not they are in force."""
        return self.filter(partition__role=role)

    def current(self) -> Self:
        """Territories whose boundary is in force now."""
        return self.filter(partition__current=True)

    def containing(self, point: models.Field) -> Self:
        """Territories that hold an EPSG:4326 point, borders included, by code."""
        return self.filter(boundary__intersects=point).order_by("code")


class Neighbourhood(Published, Sourced):
    """A territory in one partition. `code` is a text: "01" and "17bis" are codes, not numbers."""

    partition = models.ForeignKey(Partition, on_delete=models.PROTECT, related_name="territories")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    code = models.CharField(max_length=50)
    name = models.CharField(_("name"), max_length=200)
    boundary = models.MultiPolygonField(_("boundary"), srid=4326)
    label_point = models.GeneratedField(
        expression=PointOnSurface("boundary"), output_field=models.PointField(srid=4326), db_persist=True
    )
    population = models.PositiveIntegerField(_("residents"), null=True, blank=True)

    objects = NeighbourhoodQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("neighbourhood")
        verbose_name_plural = _("neighbourhoods")
        constraints = [
            *geometry_checks("boundary"),
            models.UniqueConstraint(fields=["partition", "code"], name="neighbourhoods_code_unique_in_partition"),
        ]
        indexes = [GistIndex(fields=["label_point"], name="neighbourhoods_nbh_label")]

    def __str__(self) -> str:
        return self.name

    @property
    def layer(self) -> str:
        return "districts" if self.partition.role == Role.DISTRICT else "neighbourhoods"


class Outline(models.Model):
    """A boundary simplified for drawing: `z12` is good to zoom 12, where it differs by less than a pixel.

    Written by a trigger on the boundary and by nothing else.
    """

    LEVELS = (8, 10, 12, 14, 16)

    neighbourhood = models.OneToOneField(
        Neighbourhood, on_delete=models.CASCADE, primary_key=True, editable=False, related_name="outline"
    )
    z8 = models.MultiPolygonField(srid=4326, spatial_index=False, editable=False)
    z10 = models.MultiPolygonField(srid=4326, spatial_index=False, editable=False)
    z12 = models.MultiPolygonField(srid=4326, spatial_index=False, editable=False)
    z14 = models.MultiPolygonField(srid=4326, spatial_index=False, editable=False)
    z16 = models.MultiPolygonField(srid=4326, spatial_index=False, editable=False)

    class Meta:
        verbose_name = _("outline")
        verbose_name_plural = _("outlines")

    def __str__(self) -> str:
        return str(self.neighbourhood)


class Street(Published, Sourced):
    """A street of the background and of the search: one or more lines with a name."""

    layer = "streets"

    name = models.CharField(_("name"), max_length=300)
    place = models.GeometryField(_("place"), srid=4326)
    label_point = models.GeneratedField(
        expression=PointOnSurface("place"), output_field=models.PointField(srid=4326), db_persist=True
    )

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        constraints = [*Sourced.Meta.constraints, *geometry_checks("place", ("LINESTRING", "MULTILINESTRING"))]
        indexes = [GistIndex(fields=["label_point"], name="neighbourhoods_street_label")]

    def __str__(self) -> str:
        return self.name


class Address(Published, Sourced):
    """A door of a street: found by the search, on no map. `name` is the street's, `number` as on the door: "12/A"."""

    layer = "addresses"

    name = models.CharField(_("street"), max_length=300)
    number = models.CharField(_("house number"), max_length=20)
    place = models.PointField(_("place"), srid=4326)
    label_point = models.GeneratedField(
        expression=models.F("place"), output_field=models.PointField(srid=4326, spatial_index=False), db_persist=True
    )

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [*Sourced.Meta.constraints, *geometry_checks("place", ("POINT",))]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def get_absolute_url(self) -> str:
        """It has no page: the map round the door."""
        west, south, east, north = self.place.buffer(0.0015).extent
        return f"{reverse('map', args=[self.city.slug])}?bbox={west:.6f},{south:.6f},{east:.6f},{north:.6f}"


class Water(Published, Sourced):
    """A river, canal or lake of the background."""

    layer = "waters"

    name = models.CharField(_("name"), max_length=200)
    place = models.GeometryField(_("place"), srid=4326)
    label_point = models.GeneratedField(
        expression=PointOnSurface("place"), output_field=models.PointField(srid=4326), db_persist=True
    )

    class Meta:
        verbose_name = _("water")
        verbose_name_plural = _("waters")
        constraints = [
            *Sourced.Meta.constraints,
            *geometry_checks("place", ("LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON")),
        ]
        indexes = [GistIndex(fields=["label_point"], name="neighbourhoods_water_label")]

    def __str__(self) -> str:
        return self.name
