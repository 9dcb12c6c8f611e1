"""The sitemap, readable as prose."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import path

from mapping import views
from mapping.open_data import open_data

data = [
    path("healthz", views.healthz, name="healthz"),
    path("layers.json", views.layers, name="layers"),
    path("layers/<slug:slug>.<str:suffix>", views.layer_data, name="layer-data"),
    path("tiles/<slug:slug>.json", views.tile_json, name="tile-json"),
    path("tiles/<slug:slug>/<int:z>/<int:x>/<int:y>.geojson", views.tile_data, name="tile-data"),
]

pages = [
    path("data/", open_data, name="open-data"),
]

urlpatterns = [*data, path("admin/", admin.site.urls), *i18n_patterns(*pages, prefix_default_language=False)]
