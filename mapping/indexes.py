"""Indexes that follow from LAYERS: the records of a layer that have no place, which match every box.

The GiST index of the place can find them too, by walking all of it: 5 ms of the 8 that a box of 500 among 100,000
records takes.
"""

from collections.abc import Iterable

from django.db import connections

from mapping.registry import Layer


def unlocated_indexes(layers: Iterable[Layer]) -> dict[str, str]:
    """The statement that makes each index, by its name."""
    found = {}
    for layer in layers:
        model = layer.queryset().model
        field = model._meta.get_field(layer.geometry)
        if field.null:
            table, name = model._meta.db_table, f"{model._meta.db_table}_unlocated"
            found[name] = (
                f"CREATE INDEX IF NOT EXISTS {name} ON {table} (city_id, {model._meta.pk.column}) "
                f"WHERE {field.column} IS NULL"
            )
    return found


def install_indexes(layers: Iterable[Layer], using: str = "default") -> None:
    """Makes those that are missing. Safe to repeat."""
    with connections[using].cursor() as cursor:
        for statement in unlocated_indexes(layers).values():
            cursor.execute(statement)
