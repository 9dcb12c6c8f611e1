"""The sitemap, readable as prose."""

from django.contrib import admin
from django.urls import path

from mapping import views

data = [
    path("healthz", views.healthz, name="healthz"),
    path("layers.json", views.layers, name="layers"),
    path("layers/<slug:slug>.<str:suffix>", views.layer_data, name="layer-data"),
    path("tiles/<slug:slug>.json", views.tile_json, name="tile-json"),
    path("tiles/<slug:slug>/<int:z>/<int:x>/<int:y>.geojson", views.tile_data, name="tile-data"),
]

urlpatterns = [*data, path("admin/", admin.site.urls)]
