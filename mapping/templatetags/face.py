"""Template tags of every page: marks, the address of this page in another language."""

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def mark(kind: str, fill: str = "hollow") -> SafeString:
    """The mark of a kind (building, house, proposal, pact, event, territory, street, water) as inline SVG.

    `fill` is hollow, half, full or dashed. It is decoration: the word stands beside it.
    """
    return format_html(
        '<svg class="mark mark-{}" data-fill="{}" width="28" height="28" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"/></svg>',
        kind,
        fill,
        static("img/marks.svg"),
        kind,
    )


@register.simple_tag(takes_context=True)
def this_page_in(context: template.Context, language: str) -> str:
    """The address of the page being shown, query included, in another language; the home where none is known."""
    request: HttpRequest | None = context.get("request")
    return translate_url(request.get_full_path(), language) if request else "/"
