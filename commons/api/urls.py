"""The REST API for acting."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
