"""What a city calls the kinds of its records: its own word where its profile has one, else the word of the layer."""

from django.utils.translation import get_language

from mapping.registry import Layer, Text
from neighbourhoods.models import City


def called(city: City, layer: Layer, many: bool = False) -> Text:
    """The word for one record of a layer, or for `many`, in the language of the moment."""
    term, own = (layer.slug, layer.title) if many else (layer.slug.removesuffix("s"), layer.singular)
    return city.label(term, get_language() or "it") or own
