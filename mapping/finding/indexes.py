"""The indexes of the search, which follow from LAYERS: of each kind its names by their beginning, by their words and by
their likeness, and the words of all that is searched."""

import hashlib
import re

from django.db import connections
from django.db.models import F

from mapping.finding.kinds import kinds, own_paths
from mapping.finding.statement import Ordered, Plain, Words, document, name_path
from mapping.registry import Layer

PENDING = 256  # kB of new words that an index keeps unsorted: every question reads them all, after an import too
# What the functions are said to cost beside an operator: more than they do. Of a table that PostgreSQL has not looked
# at yet it thinks that a city has three records, and it would ask each of a hundred thousand rather than open an index.
COSTS = {"mc_plain": 20_000, "mc_words": 20_000}
OURS = re.compile(r"_found_[0-9a-f]{8}$")


def finding_indexes(using: str = "default") -> dict[str, str]:
    """What each index is of, by its name: a name says what it holds, so a changed one is another."""
    found = {}
    for layer in kinds():
        table = layer.queryset().model._meta.db_table
        for what in expressions(layer, using):
            digest = hashlib.sha256(what.encode()).hexdigest()[:8]
            found[f"{table}_found_{digest}"] = f"ON {table} {what} WHERE visibility = 'public'"
    return found


def expressions(layer: Layer, using: str) -> list[str]:
    """The indexed expressions of one kind, as PostgreSQL reads them."""
    name, gin = F(name_path(layer)), f"WITH (gin_pending_list_limit = {PENDING})"
    wanted = [
        f"USING btree (city_id, ({in_sql(layer, Ordered(name), using)}))",
        f"USING gin (({in_sql(layer, Words(name), using)})) {gin}",
        f"USING gin (({in_sql(layer, Plain(name), using)}) gin_trgm_ops) {gin}",
    ]
    if len(own_paths(layer)) > 1:
        wanted.append(f"USING gin (({in_sql(layer, Words(document(layer)), using)})) {gin}")
    return wanted


def in_sql(layer: Layer, expression: object, using: str) -> str:
    query = layer.queryset().query
    compiler = query.get_compiler(using)
    sql, params = compiler.compile(expression.resolve_expression(query))
    with connections[using].cursor() as cursor:
        return cursor.cursor.mogrify(sql, params).decode()


def install_finding_indexes(using: str = "default") -> None:
    """Makes those that are missing and takes away those that no entry asks for any more. Safe to repeat."""
    wanted = finding_indexes(using)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'i' AND relnamespace = current_schema::regnamespace"
        )
        present = {name for (name,) in cursor.fetchall() if OURS.search(name)}
        for name in sorted(present - wanted.keys()):
            cursor.execute(f"DROP INDEX {name}")
        for name in sorted(wanted.keys() - present):
            cursor.execute(f"CREATE INDEX {name} {wanted[name]}")
        cursor.execute("SELECT proname, procost FROM pg_proc WHERE proname = ANY(%s)", [list(COSTS)])
        for name, cost in cursor.fetchall():
            if cost != COSTS[name]:
                cursor.execute(f"ALTER FUNCTION {name}(text) COST {COSTS[name]}")
