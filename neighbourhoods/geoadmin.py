"""What every staff form for a place shares: the map to draw on, what may be asked of a list, and no deletion."""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any

import shapely
from django.contrib.admin import ModelAdmin, action
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Model, QuerySet, URLField
from django.forms import Media
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletAdminWidget, LeafletGeoAdminMixin
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from neighbourhoods.vocabulary import Visibility

ASKS = {"exact", "in", "isnull", "gte", "gt", "lte", "lt", "id"}
ORIGIN = (_("Where it comes from"), {"fields": ["source_note", "licence", "attribution", "source", "source_id"]})
PUBLICATION = (_("Publication"), {"fields": ["visibility", "example", "language", "uid", "created_at", "updated_at"]})


class PlaceWidget(LeafletAdminWidget):
    """A Leaflet map that keeps every part and hole of what it edits. Text becomes a geometry without GDAL."""

    @property
    def media(self) -> Media:
        """Ours come last: they extend what Leaflet and its drawing tools define."""
        theirs = super().media
        styles = [*theirs._css["screen"], "css/admin.css"]
        return Media(js=[*theirs._js, "js/admin/place.js"], css={"screen": styles})

    def get_attrs(self, name: str, attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        return super().get_attrs(name, attrs) | {"field_store_class": "L.PlaceStore"}

    def serialize(self, value: GEOSGeometry | None) -> str:
        return json.dumps(mapping(shapely.from_wkb(bytes(value.wkb)))) if value else ""

    def deserialize(self, value: str) -> GEOSGeometry | None:
        """A GeoJSON geometry as EPSG:4326, two-dimensional; None for a text that is not one, or mixes kinds."""
        try:
            drawn = shapely.force_2d(shape(json.loads(value)))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, ShapelyError):
            return None
        if drawn.geom_type == "GeometryCollection" or drawn.is_empty or not all(map(isfinite, drawn.bounds)):
            return None
        return GEOSGeometry(memoryview(shapely.to_wkb(drawn)), srid=4326)


class PublishedAdmin(LeafletGeoAdminMixin, ModelAdmin):
    """Staff form of a published record: hidden or withdrawn, never deleted; only the listed filters may be asked."""

    widget = PlaceWidget
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    actions = ["hide", "publish"]
    list_per_page = 50
    show_full_result_count = False
    computed: Sequence[str] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["uid", "source", "source_id", "created_at", "updated_at", *self.computed]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Who may only look sees the drawing, not a page of coordinates."""
        return [name for name in super().get_fields(request, obj) if name not in self.unseen(request, obj)]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[str | None, dict[str, Any]]]:
        unseen = self.unseen(request, obj)
        return [
            (title, options | {"fields": [name for name in options["fields"] if name not in unseen]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def unseen(self, request: HttpRequest, obj: Model | None) -> set[str]:
        if obj is None or self.has_change_permission(request, obj):
            return set()
        return set(geometries(self.model))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Lists do not read geometries: one boundary can weigh more than the page."""
        records = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            return records.defer(*geometries(self.model))
        return records

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what `list_filter` offers; a geometry is never asked for through the address."""
        for offered in self.list_filter:
            name = offered if isinstance(offered, str) else offered[0]
            if lookup == name or lookup.startswith(f"{name}__"):
                return set(lookup[len(name) :].strip("_").split("__")) <= ASKS | {""}
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @action(description=_("Hide from everybody"), permissions=["change"])
    def hide(self, request: HttpRequest, records: QuerySet) -> None:
        self.make(request, records, Visibility.HIDDEN)

    @action(description=_("Make public"), permissions=["change"])
    def publish(self, request: HttpRequest, records: QuerySet) -> None:
        self.make(request, records, Visibility.PUBLIC)

    def make(self, request: HttpRequest, records: QuerySet, visibility: Visibility) -> None:
        for record in records.exclude(visibility=visibility):
            self.log_change(request, record, [{"changed": {"fields": ["visibility"]}}])
        changed = records.exclude(visibility=visibility).update(visibility=visibility, updated_at=timezone.now())
        self.message_user(request, _("Changed: %(count)d.") % {"count": changed})


class LocatedAdmin(PublishedAdmin):
    """Staff form of a record with a place; its neighbourhood is the database's finding.

    `main` names the fields of the first group.
    """

    main: Sequence[str] = ("name", "description")
    computed = ["neighbourhood", "district", "placement"]
    list_display = ["name", "city", "neighbourhood", "placement", "visibility", "example"]
    list_filter = ["city", "visibility", "example", "precision", "placement"]
    list_select_related = ["neighbourhood", "city"]
    search_fields = ["name", "address", "uid"]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> list[tuple[str | None, dict[str, Any]]]:
        where = (_("Where"), {"fields": ["city", "address", "place", "precision", *self.computed]})
        self.fieldsets = [(None, {"fields": [*self.main]}), where, ORIGIN, PUBLICATION]
        return super().get_fieldsets(request, obj)


def geometries(model: type[Model]) -> list[str]:
    """The names of the geometry columns of a model, generated ones included."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(getattr(field, "output_field", field), GeometryField)
    ]
