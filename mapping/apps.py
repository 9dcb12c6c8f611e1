from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def install_layer_triggers(using: str, **kwargs: Any) -> None:
    """After migrations: every table behind a layer counts its changes, and keeps what imports do to it."""
    from django.db import connections

    from mapping.layers import LAYERS
    from mapping.versions import install_triggers

    present = set(connections[using].introspection.table_names())
    tables = {table for layer in LAYERS.values() for table in layer.tables}
    if tables | {"mapping_change"} <= present:
        install_triggers(sorted(tables), using)
    if "mapping_importchange" in present:
        from mapping.intake.journal import install_journal

        install_journal(using)


class MappingConfig(AppConfig):
    name = "mapping"
    verbose_name = "Mappa Comune"

    def ready(self) -> None:
        post_migrate.connect(install_layer_triggers, sender=self)
