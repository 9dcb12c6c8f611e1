"""The template tag that leads from a question of the map to its feed."""

from django import template

from mapping.feeds import path_of
from mapping.query import Query

register = template.Library()


@register.simple_tag
def feed_url(query: Query) -> str:
    """The address of the feed of what a query finds."""
    return path_of(query)
