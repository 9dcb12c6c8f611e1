"""Template tags of every page: marks, addresses, numbers and facts as people write them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mapping.languages import same_page
from mapping.legend import Choice
from mapping.places import Place
from mapping.query import Query
from mapping.registry import Attribute
from mapping.selection import Selection
from neighbourhoods.days import day_words

register = template.Library()


@register.simple_tag
def mark(kind: str, fill: str = "hollow") -> SafeString:
    """The mark of a kind (building, house, proposal, pact, event, idea, territory, street, water) as inline SVG.

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
    return same_page(request.get_full_path(), language) if request else "/"


@register.simple_tag
def data_url(query: Query, suffix: str) -> str:
    """The address of a query's data in a format."""
    return query.address(suffix)


@register.simple_tag
def open_url(selection: Selection, uid: str) -> str:
    """The address of the same view with one thing open."""
    return selection.address(feature=uid)


@register.simple_tag
def toggle_url(selection: Selection, name: str, choice: Choice) -> str:
    """The address of the same view with one value of a filter switched on, or off where it is on."""
    others = [value for value in selection.params.get(name, []) if value != choice.value]
    return selection.address(**{name: others if choice.on else [*others, choice.value]})


@register.simple_tag
def only_url(selection: Selection, place: Place) -> str:
    """The address of what lies in a territory, all kinds and nothing else."""
    return selection.address(**{place.layer.slug.removesuffix("s"): place.name, "feature": [], "bbox": []})


@register.filter
def unlocalized(number: float) -> str:
    """A number as programs write it."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


@register.filter
def spaced(number: int) -> str:
    """A whole number with its thousands apart, as the language writes it."""
    return formats.number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


@register.filter
def first_word(text: str) -> str:
    """The word that narrow screens show: "Edifici" of "Edifici pubblici in disuso"."""
    return str(text).partition(" ")[0]


@register.filter
def other_words(text: str) -> str:
    return str(text).partition(" ")[2]


@register.simple_tag
def fact(value: Any, attribute: Attribute) -> str | SafeString:
    """A published value as people read it."""
    if isinstance(value, datetime | date):
        return day_words(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return spaced(value) + (" m²" if attribute.name.endswith("_area") else "")
    if attribute.type == "uri" and str(value).startswith(("https://", "http://")):
        shown = str(value).split("://", 1)[1].rstrip("/")
        return format_html('<a href="{}" rel="noopener">{}</a>', value, shown)
    if attribute.name == "email":
        return format_html('<a href="mailto:{}">{}</a>', value, value)
    if attribute.name == "phone":
        return format_html('<a href="tel:{}">{}</a>', str(value).replace(" ", ""), value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.simple_tag
def raw(value: Any, attribute: Attribute) -> str:
    """A published value as the files hold it: codes, dates and numbers as programs write them."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.simple_tag
def away(metres: float) -> str:
    """A distance in words: tens of metres, then kilometres."""
    if metres < 1000:
        return _("%(n)s m away") % {"n": max(10, round(metres / 10) * 10)}
    return _("%(n)s km away") % {"n": formats.number_format(metres / 1000, 1)}
