"""Template tags for pages that travel: the card that a link becomes elsewhere, and the code of a map to copy."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mapping.embedding.frames import Frame, embeddable
from mapping.layers import LAYERS
from mapping.open_text import open_text
from mapping.selection import Selection
from neighbourhoods.models import City

register = template.Library()
WIDE, HIGH = 1200, 630
PUBLIC_PAGES = {
    "home", "map", "city", "feature", "open-data", "dataset", "dataset-city", "calls", "call", "sessions", "portal",
    "ideas", "events", "news", "manifesto",
}  # fmt: skip
LOCALES = {"it": "it_IT", "en": "en_GB"}


@register.inclusion_tag("mapping/_card.html", takes_context=True)
def card(context: template.Context) -> dict[str, Any]:
    """What other sites show of a link to this page: title, words, the server's picture. Nothing on pages that are not
    for all, nor on errors."""
    request: HttpRequest | None = context.get("request")
    match = getattr(request, "resolver_match", None)
    public = match and (match.url_name in PUBLIC_PAGES or (not match.url_name and "uid" in match.kwargs))
    city, record = context.get("city") or None, thing_of(context)
    if request is None or not public or (match.kwargs.get("city") and not city):
        return {"shown": False}
    picture = picture_of(context, city, record)
    framed = picture if not match.url_name else match.url_name in {"map", "city"}
    address = settings.SITE_URL + request.path + view_of(request, match.url_name)
    return {
        "shown": True,
        "title": title_of(city, record),
        "words": words_of(record, city),
        "address": address,
        "picture": picture,
        "alt": _("Where it is: %(name)s") % {"name": record.name} if record else _("Drawing of the map"),
        "width": WIDE, "height": HIGH,
        "locale": LOCALES.get(get_language() or "", "it_IT"),
        "oembed": f"{settings.SITE_URL}/oembed?{urlencode({'url': address, 'format': 'json'})}" if framed else "",
    }  # fmt: skip


def thing_of(context: template.Context) -> Any:
    """The public record that a page is about; on the map, the one that is open."""
    record = context.get("record") or (context.get("panel") or {}).get("record")
    return record if getattr(record, "layer", "") and getattr(record, "visibility", "") == "public" else None


def view_of(request: HttpRequest, name: str | None) -> str:
    """The query string that belongs to the address of a page: that of a view of the map."""
    said = request.GET.copy()
    for other in [one for one in said if one.startswith("utm_") or one in {"fragment", "page"}]:
        said.pop(other)
    return f"?{said.urlencode(safe=',')}" if name == "map" and said else ""


def title_of(city: City | None, record: Any) -> str:
    if record:
        return f"{record.name} · {record.city.name}"
    return _("The shared map of %(city)s") % {"city": city.name} if city else "Mappa Comune"


def words_of(record: Any, city: City | None) -> str:
    if text := open_text(record):
        return Truncator(text).chars(200)
    return _("Public buildings, Case del Quartiere, proposals and pacts, neighbourhood by neighbourhood.")


def picture_of(context: template.Context, city: City | None, record: Any) -> str:
    """The address of the picture; empty where a page is of no one place."""
    said: dict[str, Any] = {}
    if record and record.layer in LAYERS and getattr(record, LAYERS[record.layer].geometry, None):
        said = {"feature": record.uid}
    elif isinstance(selection := context.get("selection"), Selection) and context.get("box"):
        picture = selection.image(context["box"], WIDE, HIGH).partition("?")[2]
        return f"{settings.SITE_URL}/map.png?{picture}"
    elif city:
        said = {"city": city.slug}
    size = {"width": WIDE, "height": HIGH}
    return f"{settings.SITE_URL}/map.png?{urlencode(said | size)}" if said else ""


@register.inclusion_tag("mapping/_embed_code.html")
def embed_view(selection: Selection) -> dict[str, Any]:
    """The code that shows this view of the map elsewhere; nothing where nobody may."""
    title = _("The shared map of %(city)s") % {"city": selection.city.name}
    return {"frame": Frame(selection.city, embeddable(selection), title) if settings.EMBED_ORIGINS else None}


@register.inclusion_tag("mapping/_embed_code.html")
def embed_record(record: Any) -> dict[str, Any]:
    """The same for one record."""
    shown = settings.EMBED_ORIGINS and record.layer in LAYERS and getattr(record, LAYERS[record.layer].geometry, None)
    title = f"{record.name} · {record.city.name}"
    return {"frame": Frame(record.city, f"?feature={record.uid}", title) if shown else None}
