"""The sitemap of the OGC API, as its standards name the paths. Only the landing page ends with a slash."""

from django.urls import path

from mapping.ogc import views

urlpatterns = [
    path("", views.landing_page, name="ogc"),
    path("conformance", views.conformance, name="ogc-conformance"),
    path("api", views.api, name="ogc-api"),
    path("collections", views.collections, name="ogc-collections"),
    path("collections/<slug:slug>", views.collection, name="ogc-collection"),
    path("collections/<slug:slug>/items", views.items, name="ogc-items"),
    path("collections/<slug:slug>/items/<str:uid>", views.item, name="ogc-item"),
    path("collections/<slug:slug>/queryables", views.queryables, name="ogc-queryables"),
    path("collections/<slug:slug>/tiles", views.tilesets, name="ogc-tilesets"),
    path("collections/<slug:slug>/tiles/WebMercatorQuad", views.tileset, name="ogc-tileset"),
    path("collections/<slug:slug>/tiles/WebMercatorQuad/<int:z>/<int:y>/<int:x>", views.tile, name="ogc-tile"),
]
