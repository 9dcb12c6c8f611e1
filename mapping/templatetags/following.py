"""The template tags that lead from a question of the map to its feed, and to following it."""

from django import template
from django.urls import reverse

from mapping.feeds import path_of
from mapping.query import Query
from mapping.selection import Selection

register = template.Library()


@register.simple_tag
def feed_url(query: Query) -> str:
    """The address of the feed of what a query finds."""
    return path_of(query)


@register.simple_tag
def follow_url(selection: Selection) -> str:
    """The page where the view that is shown can be followed."""
    return reverse("follow-view", args=[selection.city.slug]) + selection.address(feature=[])
