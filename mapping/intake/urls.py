"""The office's pages for bringing data in."""

from django.urls import path

from mapping.intake import source_pages, views

urlpatterns = [
    path("<slug:city>/desk/import/", views.imports, name="imports"),
    path("<slug:city>/desk/import/files/<str:uid>/", views.file, name="import-file"),
    path("<slug:city>/desk/import/files/<str:uid>/progress", views.progress, name="import-progress"),
    path("<slug:city>/desk/import/runs/<str:uid>/", views.run, name="import-run"),
    path("<slug:city>/desk/import/runs/<str:uid>/report.json", views.report, name="import-report"),
    path("<slug:city>/desk/import/sources/<slug:name>/", source_pages.source, name="import-source"),
]
