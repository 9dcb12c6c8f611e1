"""Staff forms for cities, partitions, territories, streets and waters."""

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdminMixin

from neighbourhoods.geoadmin import ORIGIN, PUBLICATION, PlaceWidget, PublishedAdmin
from neighbourhoods.models import City, Neighbourhood, Partition, Street, Water


class Undeletable(ModelAdmin):
    """What records stand on is never deleted from here."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(City)
class CityAdmin(LeafletGeoAdminMixin, Undeletable):
    widget = PlaceWidget
    list_display = ["name", "slug", "body", "time_zone"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Partition)
class PartitionAdmin(Undeletable):
    list_display = ["name", "city", "kind", "role", "schematic", "current", "valid_from", "valid_to"]
    list_filter = ["city", "kind", "role", "schematic"]
    list_select_related = ["city"]
    search_fields = ["name"]
    readonly_fields = ["current"]


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(PublishedAdmin):
    """One territory. Whole sets of boundaries come by import."""

    list_display = ["name", "code", "partition", "visibility"]
    list_filter = ["partition__city", "partition", "visibility"]
    list_select_related = ["partition__city"]
    search_fields = ["name", "code", "uid"]
    autocomplete_fields = ["partition", "parent"]
    fieldsets = [
        (None, {"fields": ["name", "code", "partition", "parent", "population"]}),
        (_("Where"), {"fields": ["boundary", "precision"]}),
        ORIGIN,
        PUBLICATION,
    ]

    def save_model(self, request: HttpRequest, obj: Neighbourhood, form: ModelForm, change: bool) -> None:
        """The city of a territory is that of its partition."""
        obj.city_id = obj.partition.city_id
        super().save_model(request, obj, form, change)


@admin.register(Street, Water)
class LineAdmin(PublishedAdmin):
    list_display = ["name", "city", "visibility"]
    list_filter = ["city", "visibility"]
    list_select_related = ["city"]
    search_fields = ["name", "uid"]
    fieldsets = [(None, {"fields": ["name", "city", "place", "precision"]}), ORIGIN, PUBLICATION]
