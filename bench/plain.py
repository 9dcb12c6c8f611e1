"""A plain djangorestframework-gis view of the same buildings, as its documentation shows: only to compare with.

Its one address is `/buildings?city=…&in_bbox=…`; `bench/plain_settings.py` are its settings.
"""

from django.urls import path
from rest_framework import generics, serializers
from rest_framework_gis.filters import InBBoxFilter
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from commons.models import Building


class BuildingSerializer(GeoFeatureModelSerializer):
    neighbourhood = serializers.CharField(source="neighbourhood.name", default=None)
    district = serializers.CharField(source="district.name", default=None)
    city = serializers.CharField(source="city.slug")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Building
        geo_field, id_field = "place", "uid"
        fields = (
            "uid", "name", "use_status", "use_since", "address", "cocity_type", "owner", "office", "condition",
            "floor_area", "how_to_ask", "description", "neighbourhood", "district", "placement", "city", "precision",
            "example", "source", "source_note", "licence", "attribution", "updated_at", "url",
        )  # fmt: skip

    def get_url(self, building: Building) -> str:
        return f"http://127.0.0.1/{building.city.slug}/buildings/{building.uid}/"


class Buildings(generics.ListAPIView):
    serializer_class = BuildingSerializer
    bbox_filter_field = "place"
    filter_backends = (InBBoxFilter,)
    bbox_filter_include_overlapping = True

    def get_queryset(self) -> object:
        rows = Building.objects.public().select_related("city", "neighbourhood", "district")
        heavy = ("neighbourhood__boundary", "neighbourhood__label_point", "district__boundary", "district__label_point")
        return rows.filter(city__slug=self.request.GET["city"]).defer(*heavy, "label_point", "shares").order_by("pk")


urlpatterns = [path("buildings", Buildings.as_view())]
