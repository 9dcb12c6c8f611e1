"""Taking part: comments, joining, support, following, calls, a persons own page."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
