"""What a record says of itself, written down as JSON beside it by PostgreSQL: columns that follow from LAYERS.

To write twenty properties of a record takes PostgreSQL three times as long as to write its geometry. Most of them are
plain columns of its own table, so a stored generated column keeps each run of such properties as text. It is right in
every snapshot, because it changes with the row; nobody writes it and no model knows it. What comes from other tables or
from an expression is written when it is asked for.

A column is called after a hash of what is in it, so an entry of LAYERS that changes gets another one; where a column is
not there, as before `migrate`, the same text is written on the spot.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db import connections, models, transaction
from django.db.migrations import AlterField, Migration, RemoveField, RenameField

from mapping.registry import Attribute, Layer

LEAST = 3  # properties that are worth a column
# Of these PostgreSQL writes the same text in every session whose zone is UTC; a float depends on its digits too.
SAME = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.DateField)
MARK = "ready"
THERE = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attname ~ '^ready_[0-9a-f]{12}$' AND a.attgenerated = 's' AND NOT a.attisdropped
  AND c.relkind = 'r' AND pg_table_is_visible(c.oid)
"""


@dataclass(frozen=True)
class Run:
    """Properties `first` to before `end` of a layer, which are columns of its own table."""

    table: str
    first: int
    end: int
    fields: tuple[tuple[str, str, str], ...]  # the name of each property, its column, its type in PostgreSQL

    @property
    def column(self) -> str:
        return f"{MARK}_{hashlib.sha256(repr((self.table, self.fields)).encode()).hexdigest()[:12]}"

    @property
    def function(self) -> str:
        """SQL that makes the function of the column: a generated column may call nothing that could depend on the
        session, so the zone is said here, and is that of the program's own sessions."""
        types = ", ".join(kind for _, _, kind in self.fields)
        pairs = ", ".join(f'${number} AS "{name}"' for number, (name, _, _) in enumerate(self.fields, 1))
        return (
            f"CREATE OR REPLACE FUNCTION {self.column}({types}) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
            f"SET timezone = 'UTC' AS $$"
            f"SELECT substr(t, 2, length(t) - 2) FROM (SELECT row_to_json(p)::text AS t FROM (SELECT {pairs}) AS p) q$$"
        )

    @property
    def addition(self) -> str:
        listed = ", ".join(f'"{column}"' for _, column, _ in self.fields)
        return f"ADD COLUMN {self.column} text GENERATED ALWAYS AS ({self.column}({listed})) STORED"


def plain(model: type[models.Model], attribute: Attribute) -> tuple[str, str, str] | None:
    """The property, its column and its type, where it is a plain column of the record itself."""
    fields = {field.name: field for field in model._meta.concrete_fields if not field.generated}
    field = fields.get(attribute.path)
    if not isinstance(field, SAME):
        return None
    return attribute.name, field.column, re.sub(r"\(\d+\)", "", field.db_type(connections["default"]))


def runs(layer: Layer) -> list[Run]:
    """The runs of properties of a layer that are worth a column."""
    model, found, run = layer.queryset().model, [], []
    for number, attribute in enumerate([*layer.published, None]):
        if attribute and (one := plain(model, attribute)):
            run.append(one)
            continue
        if len(run) >= LEAST:
            found.append(Run(model._meta.db_table, number - len(run), number, tuple(run)))
        run = []
    return found


@cache
def there(using: str = "public") -> frozenset[tuple[str, str]]:
    """The tables and columns that this database has."""
    with connections[using].cursor() as cursor:
        cursor.execute(THERE)
        return frozenset(cursor.fetchall())


def kept(layer: Layer) -> list[Run]:
    """The runs of a layer that are kept in this database."""
    return [run for run in runs(layer) if (run.table, run.column) in there()]


def install_ready_texts(layers: Iterable[Layer], using: str = "default") -> None:
    """Adds the columns that are missing and drops those that no layer has any more. PostgreSQL rewrites a table once
    for all of its new columns: some ten seconds for 100,000 records. Safe to repeat."""
    wanted = {(run.table, run.column): run for layer in layers for run in runs(layer)}
    there.cache_clear()
    present = there(using)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for table in sorted({table for table, _ in present ^ wanted.keys()}):
            new = [run for (where, column), run in wanted.items() if where == table and (where, column) not in present]
            old = [column for where, column in sorted(present - wanted.keys()) if where == table]
            for run in new:
                cursor.execute(run.function)
            changes = [f"DROP COLUMN {column}" for column in old] + [run.addition for run in new]
            cursor.execute(f"ALTER TABLE {table} {', '.join(changes)}")
            for column in old:
                cursor.execute(f"DROP FUNCTION {column}")
    there.cache_clear()


def make_way(plan: Iterable[tuple[Migration, bool]], layers: Iterable[Layer], using: str = "default") -> None:
    """Before migrations: a column on which another one hangs cannot change, so the texts of its table go for now."""
    changed = {
        (migration.app_label, operation.model_name_lower)
        for migration, _backwards in plan
        for operation in migration.operations
        if isinstance(operation, (AlterField, RemoveField, RenameField))
    }
    models_of = {layer.queryset().model._meta for layer in layers}
    tables = {meta.db_table for meta in models_of if (meta.app_label, meta.model_name) in changed}
    there.cache_clear()
    gone = sorted((table, column) for table, column in there(using) if table in tables)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for table, column in gone:
            cursor.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            cursor.execute(f"DROP FUNCTION {column}")
    there.cache_clear()
