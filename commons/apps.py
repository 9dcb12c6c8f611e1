from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def write_transitions(using: str, **kwargs: Any) -> None:
    """After migrations: the legal steps, for the triggers to read, as the tables of moves say now."""
    from django.db import connections, transaction

    from commons.lifecycle import MACHINES, NOWHERE
    from commons.models import Transition

    if Transition._meta.db_table not in connections[using].introspection.table_names():
        return
    rows = [
        Transition(machine=machine, move=move.name, source=source, target=move.target)
        for machine, moves in MACHINES.items()
        for move in moves
        for source in move.sources
        if source != NOWHERE
    ]
    with transaction.atomic(using=using):
        Transition.objects.using(using).all().delete()
        Transition.objects.using(using).bulk_create(rows)


class CommonsConfig(AppConfig):
    name = "commons"

    def ready(self) -> None:
        from commons.gaps import faults_of_distance
        from commons.lifecycle import faults_of_way
        from neighbourhoods.models import City

        post_migrate.connect(write_transitions, sender=self)
        City.CHECKS += [faults_of_way, faults_of_distance]
