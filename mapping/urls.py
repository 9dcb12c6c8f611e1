"""The sitemap, readable as prose."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from mapping import explore, pages, views
from mapping.open_data import open_data

data = [
    path("healthz", views.healthz, name="healthz"),
    path("layers.json", views.layers, name="layers"),
    path("layers/<slug:slug>.<str:suffix>", views.layer_data, name="layer-data"),
    path("map.svg", explore.map_svg, name="map-svg"),
    path("tiles/<slug:slug>.json", views.tile_json, name="tile-json"),
    path("tiles/<slug:slug>/<int:z>/<int:x>/<int:y>.geojson", views.tile_data, name="tile-data"),
    path("tiles/<slug:slug>/<int:z>/<int:x>/<int:y>.mvt", views.tile_mvt, name="tile-mvt"),
]

people = [
    path("", explore.home, name="home"),
    path("accessibility/", explore.accessibility, name="accessibility"),
    path("privacy/", explore.privacy, name="privacy"),
    path("data/", open_data, name="open-data"),
    path("", include("people.urls")),
    path("", include("commons.urls")),
    path("<slug:city>/<slug:layer>/<str:uid>/", pages.feature, name="feature"),
    path("<slug:city>/", explore.map_page, name="map"),
]

urlpatterns = [
    *data,
    path("api/v1/", include("commons.api.urls")),
    path("admin/", admin.site.urls),
    path("account/oidc/", include("people.oidc_urls")),
    *i18n_patterns(*people, prefix_default_language=False),
]
