"""From a Query to rows in PostGIS: one statement makes the bytes of a thousand records, one snapshot holds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg2.extensions
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import BinaryField, CharField, F, Func, QuerySet, Value

from mapping.query import Query
from mapping.registry import Layer

CHUNK = 1000
DIGITS = 6
Statement = tuple[str, tuple]


class Plain(Func):
    """A geometry column as PostGIS has it, without Django's cast on the way out."""

    template = "%(expressions)s"
    output_field = BinaryField()


class Joined(Func):
    """Texts one after the other; none of them is null."""

    template, arg_joiner = "(%(expressions)s)", " || "
    output_field = CharField()


def feature_url(layer: Layer) -> Joined:
    """The absolute address of a record's page, as an expression."""
    return Joined(Value(f"{settings.SITE_URL}/"), F("city__slug"), Value(f"/{layer.slug}/"), F("uid"), Value("/"))


def names(layer: Layer) -> list[str]:
    """The published properties in order: the allow-list, then `url`."""
    return [*(attribute.name for attribute in layer.published), "url"]


def inner(layer: Layer, rows: QuerySet) -> Statement:
    """SQL of the named columns pk, uid, g, label, c0, c1 … for these rows. Raises EmptyResultSet."""
    paths = [attribute.path for attribute in layer.published]
    columns = rows.annotate(
        _g=Plain(F(layer.geometry)), _label=Plain(F(layer.label)), _url=feature_url(layer)
    ).values_list("pk", "uid", "_g", "_label", *paths, "_url")
    sql, params = columns.query.get_compiler("public").as_sql()
    listed = ", ".join(["pk", "uid", "g", "label", *(f"c{number}" for number in range(len(paths) + 1))])
    return f"({sql}) AS t({listed})", params


def quoted(alias: str) -> str:
    """An SQL identifier, ready for a statement with parameters."""
    return '"' + alias.replace('"', '""').replace("%", "%%") + '"'


@contextmanager
def snapshot() -> Iterator[CursorWrapper]:
    """A cursor in one read-only view of the data; text comes as the bytes PostgreSQL sent."""
    with transaction.atomic(using="public"), connections["public"].cursor() as cursor:
        psycopg2.extensions.register_type(TEXT_AS_BYTES, cursor.cursor)
        yield cursor


TEXT_AS_BYTES = psycopg2.extensions.new_type((25,), "TEXT_AS_BYTES", psycopg2.extensions.BYTES)


@dataclass
class Sums:
    """What a collection says of itself after its features."""

    returned: int = 0
    last: int | None = None
    bbox: list[float] = field(default_factory=list)

    def add(self, count: int, last: int, box: tuple[float | None, ...]) -> None:
        self.returned += count
        self.last = last
        if box[0] is not None:
            mine = self.bbox or list(box)
            self.bbox = [min(mine[0], box[0]), min(mine[1], box[1]), max(mine[2], box[2]), max(mine[3], box[3])]


def chunks(cursor: CursorWrapper, query: Query, row: str, separator: str) -> Iterator[tuple[bytes, Sums]]:
    """The rows of a query, a thousand at a time by primary key: (bytes, sums so far).

    `row` is an SQL expression over t and, as p, the record of the published properties.
    """
    sums, left = Sums(), query.limit
    rows = query.page()
    try:
        while left is None or left > 0:
            size = CHUNK if left is None else min(CHUNK, left)
            part = rows if sums.last is None else rows.filter(pk__gt=sums.last)
            sql, params = statement(query.layer, part[:size], row, separator)
            cursor.execute(sql, params)
            body, count, last, *box = cursor.fetchone()
            if count:
                sums.add(count, last, tuple(box))
                yield body, sums
            if count < size:
                return
            left = None if left is None else left - count
    except EmptyResultSet:
        return


def statement(layer: Layer, rows: QuerySet, row: str, separator: str) -> Statement:
    """One statement: the text of all these rows joined, how many, the last key, and their box."""
    columns = ", ".join(f"t.c{number} AS {quoted(name)}" for number, name in enumerate(names(layer)))
    source, params = inner(layer, rows)
    return (
        f"SELECT string_agg({row}, %s ORDER BY t.pk), count(*), max(t.pk), "
        "min(ST_XMin(t.g)), min(ST_YMin(t.g)), max(ST_XMax(t.g)), max(ST_YMax(t.g)) "
        f"FROM {source} CROSS JOIN LATERAL (SELECT {columns}) AS p",
        (separator, *params),
    )


def matched(cursor: CursorWrapper, query: Query) -> int:
    """How many records match, whatever the page."""
    try:
        sql, params = query.rows().order_by().values_list("pk").query.get_compiler("public").as_sql()
    except EmptyResultSet:
        return 0
    cursor.execute(f"SELECT count(*) FROM ({sql}) AS t", params)
    return int(cursor.fetchone()[0])
