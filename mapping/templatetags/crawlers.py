"""Template tags for who reads a page without seeing it: its one address, its other languages, what it is."""

from datetime import datetime

from django import template
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commons.terms import Term
from mapping import structured
from mapping.city_words import called
from mapping.languages import same_page
from mapping.layers import LAYERS
from mapping.open_text import open_text
from mapping.registry import Layer
from neighbourhoods.models import City
from neighbourhoods.vocabulary import Licence

register = template.Library()
WORDS = 28  # search engines show about 160 characters


@register.simple_tag(takes_context=True)
def one_address(context: template.Context) -> SafeString | str:
    """The canonical address of a page and the same page in each language. What filters and counts stand in the address
    of a view makes no page of its own. Nothing where the page is an error."""
    request: HttpRequest | None = context.get("request")
    if request is None or not getattr(request, "resolver_match", None):
        return ""
    here = {code: settings.SITE_URL + same_page(request.path, code) for code, _name in settings.LANGUAGES}
    links = [*here.items(), ("x-default", here[settings.LANGUAGE_CODE])] if len(set(here.values())) > 1 else []
    return format_html('<link rel="canonical" href="{}">', here[get_language() or settings.LANGUAGE_CODE]) + (
        format_html_join("", '<link rel="alternate" hreflang="{}" href="{}">', links)
    )


@register.simple_tag
def in_short(record: Model, city: City) -> str:
    """What a search engine shows of a record: its own words, else what and where it is."""
    if words := open_text(record):
        return Truncator(words).words(WORDS)
    kind = called(city, LAYERS[record.layer]) if record.layer in LAYERS else record._meta.verbose_name
    state = record.state_words() if hasattr(record, "state_words") else ""
    said = {"name": record.name, "kind": str(kind), "city": city.name}
    first = _("%(name)s: %(kind)s in %(city)s, on the shared map of the city.") % said
    return f"{first} {state}." if state else first


@register.simple_tag
def said_of_record(record: Model, city: City) -> SafeString:
    return structured.script(*structured.of_record(record, city))


@register.simple_tag
def said_of_site(city: City | None) -> SafeString:
    return structured.script(*structured.of_site(city or None))


@register.simple_tag
def said_of_dataset(layer: Layer, city: City | None, licence: Licence, changed: datetime | None) -> SafeString:
    return structured.script(*structured.of_dataset(layer, city or None, licence, changed))


@register.simple_tag
def said_of_catalogue() -> SafeString:
    return structured.script(*structured.of_catalogue())


@register.simple_tag
def said_of_terms(terms: list[tuple[Term, str]]) -> SafeString:
    return structured.script(*structured.of_terms(terms))
