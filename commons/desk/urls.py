"""The office's desk."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
