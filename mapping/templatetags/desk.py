"""The desk's menu, on the desk's own pages and on the office's pages elsewhere."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.timesince import timesince

from commons.desk.door import desk_of
from commons.desk.rooms import doors

register = template.Library()


@register.inclusion_tag("commons/desk/_menu.html", takes_context=True)
def desk_menu(context: dict[str, Any]) -> dict[str, Any]:
    """The rooms of this person's desk in the city of the page; nothing for somebody without one."""
    request, city = context["request"], context["city"]
    desk = context.get("desk") or desk_of(request.user, city)
    route = request.resolver_match.url_name if request.resolver_match else ""
    found = doors(desk, route) if desk else []
    more = [one for one in found if one.aside]
    return {"daily": [one for one in found if not one.aside], "more": more, "city": city,
            "here": next((one for one in more if one.here), None)}  # fmt: skip


@register.filter
def age(since: datetime) -> str:
    """How long ago, in its largest unit alone: a queue is read at a glance."""
    return timesince(since, depth=1)
