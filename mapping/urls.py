"""The sitemap, readable as prose."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from mapping import duties, explore, gaps, pages, sitemaps, views, web_app
from mapping.dcat import views as dcat
from mapping.drawing import map_png, map_svg
from mapping.embedding.oembed import oembed
from mapping.embedding.views import embed
from mapping.exporting.desk import desk_export, desk_export_file
from mapping.exporting.pages import export, export_file
from mapping.feeds import changes
from mapping.finding.views import search, suggestions
from mapping.follows import views as follows
from mapping.ogc.views import landing_page
from mapping.open_data import dataset, open_data
from mapping.posters import poster
from mapping.quality.views import fix, quality
from mapping.style_page import style

data = [
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_section, name="sitemap-section"),
    path("layers.json", views.layers, name="layers"),
    path("layers/<slug:slug>.<str:suffix>", views.layer_data, name="layer-data"),
    path("catalog", dcat.negotiated, name="catalog"),
    path("catalog.<str:suffix>", dcat.document, name="catalog-document"),
    path("exports/<str:uid>/file", export_file, name="export-file"),
    path("manifest.webmanifest", web_app.manifest, name="manifest"),
    path("worker.js", web_app.worker, name="worker"),
    path("map.svg", map_svg, name="map-svg"),
    path("map.png", map_png, name="map-png"),
    path("oembed", oembed, name="oembed"),
    path("tiles/<slug:slug>.json", views.tile_json, name="tile-json"),
    path("tiles/<slug:slug>/<int:z>/<int:x>/<int:y>.geojson", views.tile_data, name="tile-data"),
    path("tiles/<slug:slug>/<int:z>/<int:x>/<int:y>.mvt", views.tile_mvt, name="tile-mvt"),
]

people = [
    path("", explore.home, name="home"),
    path("accessibility/", duties.accessibility, name="accessibility"),
    path("accessibility/self-assessment/", duties.self_assessment, name="self-assessment"),
    path("glossary/", duties.glossary, name="glossary"),
    path("privacy/", duties.privacy, name="privacy"),
    path("search/", search, name="search"),
    path("search.json", suggestions, name="suggestions"),
    path("style/", style, name="style"),
    path("offline/", web_app.offline, name="offline"),
    path("data/", open_data, name="open-data"),
    path("ogc", landing_page, name="ogc-without-slash"),
    path("ogc/", include("mapping.ogc.urls")),
    path("data/exports/<str:uid>/", export, name="export"),
    path("data/<slug:slug>/", dataset, name="dataset"),
    path("data/<slug:slug>/changes.atom", changes, name="changes"),
    path("data/<slug:slug>/<slug:city>/", dataset, name="dataset-city"),
    path("embed/<slug:city>/", embed, name="embed"),
    path("<slug:city>/search/", search, name="search-city"),
    path("<slug:city>/search.json", suggestions, name="suggestions-city"),
    path("id/<str:uid>/changes.atom", follows.record_changes, name="record-changes"),
    path("id/<str:uid>/calendar.ics", follows.record_calendar, name="record-calendar"),
    path("me/following/stop/<str:token>/", follows.stop, name="follow-stop"),
    path("<slug:city>/follow/", follows.follow_view, name="follow-view"),
    path("<slug:city>/changes.atom", follows.view_changes, name="view-changes"),
    path("<slug:city>/calendar.ics", follows.view_calendar, name="view-calendar"),
    path("<slug:city>/desk/quality/", quality, name="desk-quality"),
    path("<slug:city>/desk/quality/<slug:layer>/<str:uid>/", fix, name="desk-fix"),
    path("<slug:city>/desk/export/", desk_export, name="desk-export"),
    path("<slug:city>/desk/export/<slug:slug>.<str:suffix>", desk_export_file, name="desk-export-file"),
    path("", include("mapping.intake.urls")),
    path("<slug:city>/houses/gaps/", gaps.gaps, name="house-gaps"),
    path("<slug:city>/houses/gaps.csv", gaps.gaps_csv, name="house-gaps-csv"),
    path("", include("people.urls")),
    path("", include("commons.urls")),
    path("<slug:city>/buildings/<str:uid>/poster.pdf", poster, name="poster"),
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
