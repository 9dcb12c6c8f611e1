"""What the server tells the map in the browser: layers, places, sentences. Data, never code."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mapping.city_words import called
from mapping.query import BBox
from mapping.registry import Layer
from mapping.selection import Selection, ground
from neighbourhoods.models import City


def browser_config(selection: Selection, page: str, box: BBox, home: BBox) -> dict[str, Any]:
    """The configuration of `<city-map>`; boxes are [west, south, east, north] in degrees.

    `view` is what this address shows, `home` what the map shows when nothing is asked.
    """
    return {
        "city": selection.city.slug,
        "cityName": selection.city.name,
        "page": page,
        "view": list(box),
        "home": list(home),
        "envelope": list(selection.city.envelope.extent),
        "layers": [describe(layer, selection.city) for layer in selection.layers],
        "ground": {layer.legend.kind: describe(layer, selection.city) for layer in reversed(ground())},
        "marks": static("img/marks.svg"),
        "tiles": {"url": settings.TILE_URL, "attribution": settings.TILE_ATTRIBUTION} if settings.TILE_URL else None,
        "words": words(),
    }


def describe(layer: Layer, city: City) -> dict[str, Any]:
    attribute = layer.legend.attribute
    choices = layer.attribute(attribute).choices if attribute else None
    return {
        "slug": layer.slug,
        "title": str(called(city, layer, many=True)),
        "singular": str(called(city, layer)),
        "kind": layer.legend.kind,
        "attribute": attribute,
        "fills": layer.legend.marks,
        "states": {value: str(word) for value, word in choices.choices} if choices else {},
        "filters": list(layer.filters),
        "zoom": list(layer.zoom),
        "visible": layer.visible,
        "temporal": layer.temporal is not None,
    }


def words() -> dict[str, Any]:
    """The sentences the script says; plural forms by the categories of Intl.PluralRules."""
    return {
        "map": _("Map of the places"),
        "keys": _("Arrows move the map, plus and minus change its scale. Every place is also in the list."),
        "group": {"one": _("{count} place, zoom in"), "other": _("{count} places, zoom in")},
        "stack": {"one": _("{count} place at this spot"), "other": _("{count} places at this spot, open the list")},
        "besides": {"one": _("and {count} more, in the list"), "other": _("and {count} more, in the list")},
        "marks": _("Places on the map: arrows go from one to the next"),
        "territories": _("Neighbourhoods on the map: arrows go from one to the next"),
        "ring": _("{distance} as the crow flies"),
        "moveRing": _("Arrows move the ring"),
        "corners": {"one": _("{count} corner"), "other": _("{count} corners")},
        "fewCorners": _("An area needs 3 corners or more."),
        "crossing": _("The sides of the area cross. Take a corner back."),
        "failed": _("The map could not be updated. What you see is still good; try again."),
        "again": _("Try again"),
        "close": _("Close"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "me": _("You are here, within {metres} metres"),
        "looking": _("Looking for where you are…"),
        "notFound": _("Your device does not say where you are. Search a street instead."),
        "elsewhere": _("You are outside {city}: the map stays where it is."),
        "ownGround": _("The background map does not answer: streets and water are our own."),
        "approximate": _("approximate place"),
        "example": pgettext("tag", "example"),
        "showList": _("Open the list"),
        "showMap": _("Back to the map"),
        "filters": {"one": _("Filters ({count})"), "other": _("Filters ({count})")},
        "noFilters": _("Filters"),
    }
