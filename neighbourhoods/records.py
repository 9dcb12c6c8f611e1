"""Mixins of every published record: who made it, under which licence, and where it lies."""

import uuid
from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from neighbourhoods.constraints import PLACE_TYPES, PointOnSurface, geometry_checks
from neighbourhoods.moments import Moment
from neighbourhoods.vocabulary import Licence, Placement, Precision, Visibility

UID_NAMESPACE = uuid.UUID("6f1c1a3e-6b0d-5f0e-9f0a-3d5b8f6f2a11")


def new_uid() -> str:
    """A random identifier for a record made here."""
    return str(uuid.uuid4())


def imported_uid(city: str, source: str, source_id: str) -> str:
    """The permanent identifier of an imported record: the same city, source and source_id give the same uid."""
    return str(uuid.uuid5(UID_NAMESPACE, f"{city}\n{source}\n{source_id}"))


def public_name(relation: str) -> models.Case:
    """The name of a related record, or null when that record is not public."""
    return models.Case(
        models.When(**{f"{relation}__visibility": Visibility.PUBLIC}, then=models.F(f"{relation}__name")), default=None
    )


class PublishedQuerySet(models.QuerySet):
    def public(self) -> Self:
        """What everybody may see. Reads no clock: what time changes, `tick` writes."""
        return self.filter(visibility=Visibility.PUBLIC)


class Published(models.Model):
    """A record with a permanent address, `/id/<uid>`. It is hidden or withdrawn, never deleted.

    `layer` is the part of its page's address that says what it is: `/<city>/<layer>/<uid>/`.
    """

    layer = ""
    uid = models.CharField(max_length=36, unique=True, default=new_uid, editable=False)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    example = models.BooleanField(_("example, not a fact"), default=False)
    language = models.CharField(max_length=2, default="it")
    created_at = Moment(auto_now_add=True)
    updated_at = Moment(auto_now=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """The address of its page in the language in use."""
        return reverse("feature", args=[self.city.slug, self.layer, self.uid])


class Sourced(models.Model):
    """Where a record comes from. `(city, source, source_id)` is its identity in that source."""

    city = models.ForeignKey("neighbourhoods.City", on_delete=models.PROTECT, related_name="+")
    source = models.SlugField(_("source"), max_length=100, blank=True, db_index=False)
    source_id = models.CharField(max_length=200, blank=True)
    source_note = models.CharField(_("where the facts come from"), max_length=1000, blank=True)
    licence = models.CharField(max_length=20, choices=Licence.choices, default=Licence.CC_BY)
    attribution = models.CharField(max_length=300, blank=True)
    precision = models.CharField(max_length=20, choices=Precision.choices, default=Precision.EXACT)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["city", "source", "source_id"],
                condition=~models.Q(source_id=""),
                name="%(app_label)s_%(class)s_source_unique",
            )
        ]


class LocatedQuerySet(PublishedQuerySet):
    def inside(self, territory: models.Model) -> Self:
        """The records whose neighbourhood or district is this territory."""
        return self.filter(models.Q(neighbourhood=territory) | models.Q(district=territory))

    def listed(self) -> Self:
        """What a list says of each record, its neighbourhood included, without reading geometries."""
        heavy = (
            "place",
            "label_point",
            "shares",
            "description",
            "neighbourhood__boundary",
            "neighbourhood__label_point",
        )
        return self.select_related("neighbourhood").defer(*heavy)

    def nearest(self, point: models.Field) -> Self:
        """Ordered by distance from an EPSG:4326 point, the nearest first; `distance` is in metres."""
        from django.contrib.gis.db.models.functions import Distance

        return self.filter(place__isnull=False).annotate(distance=Distance("place", point)).order_by("distance", "pk")


class Located(models.Model):
    """A record with a place: points, lines or areas in EPSG:4326, or none.

    `neighbourhood`, `district`, `placement` and `shares` are written by a database trigger and by nothing else:
    the territory with the largest share of the geometry wins, ties go to the lower code.
    `shares` is `{"primary": [[neighbourhood id, share 0..1], …], "district": […]}`.
    """

    place = models.GeometryField(_("place"), srid=4326, null=True, blank=True)
    label_point = models.GeneratedField(
        expression=PointOnSurface("place"), output_field=models.PointField(srid=4326, null=True), db_persist=True
    )
    neighbourhood = models.ForeignKey(
        "neighbourhoods.Neighbourhood", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    district = models.ForeignKey(
        "neighbourhoods.Neighbourhood", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    placement = models.CharField(max_length=20, choices=Placement.choices, default=Placement.UNLOCATED, editable=False)
    shares = models.JSONField(default=dict, editable=False)

    objects = LocatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = geometry_checks("place", PLACE_TYPES)
        indexes = [GistIndex(fields=["label_point"], name="%(app_label)s_%(class)s_label")]

    def clean(self) -> None:
        """A place typed or drawn must touch its city's envelope, and the national extent the database asks for."""
        super().clean()
        if not self.place or self.place.envelope.empty or not self.city_id:
            return
        if not self.city.may_hold(self.place):
            far = _("This place is not in %(city)s. Are longitude and latitude swapped?")
            raise ValidationError({"place": far % {"city": self.city}})


class Record(Published, Sourced, Located):
    """A published thing of a city that has a name and may have a place."""

    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=10_000, blank=True)

    objects = LocatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [*Sourced.Meta.constraints, *Located.Meta.constraints]
        indexes = [*Located.Meta.indexes]

    def __str__(self) -> str:
        return self.name
