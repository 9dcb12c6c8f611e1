"""Whose work the map of a city shows: what the licences of its records ask to be said beside it."""

from functools import lru_cache

from mapping.layers import LAYERS
from mapping.query import Query
from mapping.versions import version


def credits_of(city: str) -> tuple[str, ...]:
    """The attributions of everything on the map of a city, each once. Remembered until something changes."""
    return _asked(city, version(sorted({table for layer in LAYERS.values() for table in layer.tables})))


@lru_cache(maxsize=100)
def _asked(city: str, seen: str) -> tuple[str, ...]:
    first, *others = (
        Query(layer, city=city).rows().using("public").order_by().exclude(attribution="").values_list("attribution")
        for layer in LAYERS.values()
    )
    return tuple(sorted(attribution for (attribution,) in first.union(*others)))
