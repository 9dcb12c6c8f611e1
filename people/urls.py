"""Accounts, organisations, messages."""

from django.urls import include, path

urlpatterns = [path("", include("people.inbox_urls"))]
