from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


def install_layer_triggers(using: str, **kwargs: Any) -> None:
    """After migrations: every table behind a layer counts its changes, finds what has no place, and keeps what imports
    do to it; every layer's own notes what goes."""
    from django.db import connections

    from mapping.finding.indexes import install_finding_indexes
    from mapping.gone import install_gone_triggers
    from mapping.indexes import install_indexes
    from mapping.layers import LAYERS
    from mapping.ready_text import install_ready_texts
    from mapping.versions import install_triggers

    present = set(connections[using].introspection.table_names())
    tables = {table for layer in LAYERS.values() for table in layer.tables}
    if tables | {"mapping_change", "mapping_gone"} <= present:
        install_triggers(sorted(tables), using)
        install_gone_triggers(LAYERS.values(), using)
        install_ready_texts(LAYERS.values(), using)
        install_indexes(LAYERS.values(), using)
        if "neighbourhoods_address" in present:
            install_finding_indexes(using)
    if "mapping_importchange" in present:
        from mapping.intake.journal import install_journal

        install_journal(using)


def clear_open_views(using: str, plan: list[Any], **kwargs: Any) -> None:
    """Before migrations: the views of the reading roles make way, and the texts that hang on a column that changes."""
    from mapping.layers import LAYERS
    from mapping.reading import before_migrations
    from mapping.ready_text import make_way

    if plan:
        before_migrations(using)
        make_way(plan, LAYERS.values(), using)


def restore_open_views(using: str, **kwargs: Any) -> None:
    """After migrations: the views of the reading roles are what LAYERS says."""
    from mapping.reading import after_migrations

    after_migrations(using)


class MappingConfig(AppConfig):
    name = "mapping"
    verbose_name = "Mappa Comune"

    def ready(self) -> None:
        from mapping.postcards import postcard
        from people.pictures import drawn_by

        drawn_by(postcard)
        pre_migrate.connect(clear_open_views, sender=self)
        post_migrate.connect(install_layer_triggers, sender=self)
        post_migrate.connect(restore_open_views, sender=self)
