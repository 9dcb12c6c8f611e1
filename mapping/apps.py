from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def install_layer_triggers(using: str, **kwargs: Any) -> None:
    """After migrations: every table behind a layer counts its changes and finds what has no place."""
    from django.db import connections

    from mapping.indexes import install_indexes
    from mapping.layers import LAYERS
    from mapping.versions import install_triggers

    present = set(connections[using].introspection.table_names())
    tables = {table for layer in LAYERS.values() for table in layer.tables}
    if tables | {"mapping_change"} <= present:
        install_triggers(sorted(tables), using)
        install_indexes(LAYERS.values(), using)


class MappingConfig(AppConfig):
    name = "mapping"
    verbose_name = "Mappa Comune"

    def ready(self) -> None:
        post_migrate.connect(install_layer_triggers, sender=self)
