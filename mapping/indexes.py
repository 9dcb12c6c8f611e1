"""Indexes that follow from LAYERS, beside those that the models ask for.

`…_paged`: the public records of one city by key, as pages and long answers read them. The primary key has them in
the same order, between the records of all other cities: a small city beside a large one would read the large one.

`…_unlocated`: the records that have no place, which match every box. The GiST index of the place can find them too, by
walking all of it: 5 ms of the 8 that a box of 500 among 100,000 records takes.

`…_listed`: the public records of one city by name, those without a place last, as the list beside the map has them.

`…_counted`: how many public records each neighbourhood and district has, without reading the records.
"""

from collections.abc import Iterable

from django.db import connections

from mapping.registry import Layer
from neighbourhoods.records import Located


def layer_indexes(layers: Iterable[Layer]) -> dict[str, str]:
    """Of which columns and rows each index is, by its name."""
    found = {}
    for layer in layers:
        model = layer.queryset().model
        field, table = model._meta.get_field(layer.geometry), model._meta.db_table
        found[f"{table}_paged"] = f"ON {table} (city_id, {model._meta.pk.column}) WHERE visibility = 'public'"
        if field.null:
            found[f"{table}_unlocated"] = f"ON {table} (city_id, {model._meta.pk.column}) WHERE {field.column} IS NULL"
        if layer.label and not layer.background:
            label = model._meta.get_field(layer.label).column
            listed = f"city_id, ({label} IS NULL), {layer.attribute('name').path}, uid"
            found[f"{table}_listed"] = f"ON {table} ({listed}) WHERE visibility = 'public'"
        if issubclass(model, Located):
            found[f"{table}_counted"] = (
                f"ON {table} (city_id, neighbourhood_id, district_id) WHERE visibility = 'public'"
            )
    return found


def install_indexes(layers: Iterable[Layer], using: str = "default") -> None:
    """Makes those that are missing. Safe to repeat."""
    with connections[using].cursor() as cursor:
        for name, what in layer_indexes(layers).items():
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} {what}")
