"""The way to a person's messages, with how many are unread: `{% inbox_link %}` in the header."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("people/_inbox_link.html", takes_context=True)
def inbox_link(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing for a visitor; one small statement for who is signed in."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if not user or not user.is_authenticated:
        return {"unread": None}
    return {"unread": user.messages.filter(read_at__isnull=True).count(), "request": request}
