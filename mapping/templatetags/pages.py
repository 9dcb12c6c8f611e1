"""Template tags of the pages of records: marks by the legend, words by the city, addresses of a territory."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from mapping.city_words import called
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.registry import Layer, Text
from mapping.templatetags.face import mark
from neighbourhoods.days import day_words
from neighbourhoods.models import City, Neighbourhood

register = template.Library()
HERE = ("buildings", "houses", "proposals", "pacts")


@register.filter
def kind(record: Any) -> str:
    """The kind of the look that a record belongs to; empty for one without a layer."""
    return LAYERS[record.layer].legend.kind if record.layer in LAYERS else ""


@register.simple_tag
def record_mark(record: Any) -> SafeString:
    """The mark of a record, its fill by the state it is in."""
    legend = LAYERS[record.layer].legend
    return mark(legend.kind, legend.marks.get(getattr(record, legend.attribute or "layer", ""), "hollow"))


@register.simple_tag
def kind_word(record: Any, city: City) -> Text:
    """What a record is, in the city's own word where it has one."""
    if record.layer not in LAYERS:
        return capfirst(record._meta.verbose_name)
    return called(city, LAYERS[record.layer])


@register.simple_tag
def city_word(city: City, term: str) -> Text:
    """The city's own word for a kind of record, one or many: `{% city_word city "pacts" %}`."""
    many = term in LAYERS
    return called(city, LAYERS[term if many else f"{term}s"], many)


@register.simple_tag
def layer_word(city: City, layer: Layer, many: bool = False) -> Text:
    """The city's own word for what a layer holds: `{% layer_word city layer many=True %}`."""
    return called(city, layer, many)


@register.filter
def day(value: date | datetime | None) -> str:
    """A day in words; a dash for one that nobody has said."""
    return day_words(value) if value else "–"


@register.filter
def percent(share: float) -> str:
    """A share 0..1 as a whole percentage; less than one is said as such."""
    return "< 1 %" if share < 0.01 else f"{formats.number_format(round(share * 100), 0)} %"


@register.simple_tag
def territory_url(
    city: City, territory: Neighbourhood, name: str, layer: str, parameter: str = "", value: str = ""
) -> str:
    """The map of one layer inside a territory, or of what is in one state there; `name` is the filter it goes by."""
    said = {name: territory.name, "layers": layer} | ({parameter: value} if parameter else {})
    return f"{reverse('map', args=[city.slug])}?{urlencode(said)}"


@register.simple_tag
def territory_downloads(city: City, territory: Neighbourhood, name: str) -> list[tuple[Text, str, str]]:
    """For each layer: its title, and the addresses of what lies in a territory as CSV and as GeoJSON."""
    queries = [Query(LAYERS[slug], city=city.slug, filters={name: (territory.name,)}) for slug in HERE]
    return [(called(city, query.layer, many=True), query.address("csv"), query.address("geojson")) for query in queries]
