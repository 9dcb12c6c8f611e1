"""From a Query to rows in PostGIS: one statement makes the bytes of many records, one snapshot holds them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import BinaryField, CharField, F, Func, QuerySet, Value
from django.db.models.expressions import RawSQL
from psycopg2.extensions import BYTES, AsIs, register_type

from mapping.formats.base import Format, Sums
from mapping.prepared import planned
from mapping.query import Query
from mapping.ready_text import kept
from mapping.registry import Layer
from mapping.sums import remembered as remembered_sum
from mapping.versions import VERSION

CHUNK = 1200  # records that one statement gives where that may be the whole answer
FIRST = 100  # records of the first piece of a long answer: it is on its way after some milliseconds
PIECE = 300  # of each further one: what PostgreSQL and the worker hold then stays in the cache of a processor
DIGITS = 6
REMEMBERED = 1000
AFTER = 2**62 - 57  # stands in a remembered statement for the key that a chunk comes after
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


def srid(query: Query) -> int:
    """The EPSG code of the coordinates that are asked for; CRS84 is 4326, which is written with x before y here."""
    return 4326 if query.crs == "CRS84" else int(query.crs.removeprefix("EPSG:"))


def with_columns(layer: Layer, rows: QuerySet, zoom: int | None = None) -> QuerySet:
    """These rows as pk, uid, geometry (the outline that is stored for a zoom, if any), label point, every published
    property, and the texts of properties that are kept."""
    paths = [attribute.path for attribute in layer.published]
    ready = {f"_{run.column}": RawSQL(f'"{run.table}"."{run.column}"', ()) for run in kept(layer)}
    return rows.annotate(
        _g=Plain(F(layer.stored(zoom) or layer.geometry)),
        _label=Plain(F(layer.label)),
        _url=feature_url(layer),
        **ready,
    ).values_list("pk", "uid", "_g", "_label", *paths, "_url", *ready)


@lru_cache(maxsize=100)
def columns(layer: Layer, zoom: int | None = None) -> QuerySet:
    """All public records of a layer with these columns, remembered: a Query narrows them."""
    return with_columns(layer, layer.queryset(), zoom)


def compiled(layer: Layer, rows: QuerySet) -> Statement:
    """SQL of the named columns pk, uid, g, label, c0, c1 … and those of the kept texts, for rows that have them. Raises
    EmptyResultSet."""
    sql, params = rows.query.get_compiler("public").as_sql()
    numbered = [f"c{number}" for number in range(len(names(layer)))]
    listed = ", ".join(["pk", "uid", "g", "label", *numbered, *(run.column for run in kept(layer))])
    return f"({sql}) AS t({listed})", params


def properties(layer: Layer) -> str:
    """SQL of the published properties of a record as the text of a JSON object, over t and p: the texts that are kept,
    and between them what must be written now."""
    listed, ready = names(layer), {run.first: run for run in kept(layer)}
    if not ready:
        return "row_to_json(p)::text"
    parts, number = [], 0
    while number < len(listed):
        before = "," if parts else "{"
        if run := ready.get(number):
            parts.append(f"'{before}' || t.{run.column}")
            number = run.end
        else:
            parts.append(f"'{before}{quoted(listed[number])}:' || {written(layer, number)}")
            number += 1
    return " || ".join(parts) + " || '}'"


def written(layer: Layer, number: int) -> str:
    """SQL of one property as JSON text. The name of a city in addresses and an address have nothing to escape."""
    address = number == len(layer.published) or layer.published[number].path == "city__slug"
    return f"'\"' || t.c{number} || '\"'" if address else f"coalesce(to_json(t.c{number})::text, 'null')"


def inner(layer: Layer, rows: QuerySet) -> Statement:
    """The same for any rows of the layer's model."""
    return compiled(layer, with_columns(layer, rows))


def quoted(alias: str) -> str:
    """An SQL identifier, ready for a statement with parameters."""
    return '"' + alias.replace('"', '""').replace("%", "%%") + '"'


@contextmanager
def snapshot() -> Iterator[CursorWrapper]:
    """A cursor in one read-only view of the data; text comes as the bytes PostgreSQL sent."""
    with transaction.atomic(using="public"), connections["public"].cursor() as cursor:
        text_as_bytes(cursor)
        yield cursor


def text_as_bytes(cursor: CursorWrapper) -> None:
    """Lets this cursor give texts as the bytes that PostgreSQL sent: neither decoded nor encoded again."""
    register_type(BYTES, cursor.cursor)


def chunks(
    cursor: CursorWrapper, query: Query, form: Format, seen: str, first: int = CHUNK
) -> Iterator[tuple[bytes, Sums]]:
    """The records of a query, `first` and then PIECE at a time by primary key: (bytes, sums so far). `seen` is the
    version here. While one chunk is on its way to the client, PostgreSQL already makes the next."""
    sums, left = Sums(last=query.after), query.limit

    def ask(most: int) -> tuple[int, Statement | None]:
        size = most if left is None else min(most, left)
        return size, ready(cursor, replace(query, after=sums.last, limit=None), form, seen, size) if size else None

    size, sql = ask(first)
    found = answer(cursor, *sql) if sql else None
    with ThreadPoolExecutor(1, "chunks") as ahead:
        while found and found[2]:
            _, body, count, last, *box = found
            left = None if left is None else left - count
            sums.add(count, last, tuple(box))
            size, sql = ask(PIECE) if count == size else (0, None)
            waiting = ahead.submit(answer, cursor, *sql) if sql else None
            yield body, sums
            found = waiting and waiting.result()


def ready(cursor: CursorWrapper, query: Query, form: Format, seen: str, size: int) -> Statement | None:
    """The statement of one chunk, prepared in this session where another of its kind follows; None where nothing can
    match. Must run in the thread of the session, `answer` need not."""
    try:
        if size == PIECE and query.after is not None:
            return prepared(cursor, query, form, seen), ()
        return statement(query, form, seen, size)
    except EmptyResultSet:
        return None


def answer(cursor: CursorWrapper, sql: str, params: tuple) -> tuple:
    """The one row of a statement. Uses nothing but the cursor, so that another thread may run it."""
    cursor.execute(sql, params or None)
    return cursor.fetchone()


def statement(query: Query, form: Format, seen: str, size: int) -> Statement:
    """One statement for the first `size` records of a query: the version of the layer, the records as text joined,
    how many, the last key, and their box. Raises EmptyResultSet."""
    if query.after is None:
        return remembered(query, form, seen, size)
    sql, params = remembered(replace(query, after=AFTER), form, seen, size)
    return sql, tuple(query.after if value == AFTER else value for value in params)


@lru_cache(maxsize=REMEMBERED)
def remembered(query: Query, form: Format, seen: str, size: int) -> Statement:
    """Building a statement takes Django about as long as PostgreSQL needs for two hundred records.

    It holds for one version of the layer, because the key of the city is in it.
    """
    source, params = selected(query, form, size)
    return joined(query, form, source, params)


def selected(query: Query, form: Format, size: int) -> Statement:
    """The first `size` records of a query with the columns of a layer."""
    among = columns(query.layer, query.zoom if form.generalises else None)
    return compiled(query.layer, query.page(among)[:size])


def joined(query: Query, form: Format, source: str, params: tuple, those: str = "") -> Statement:
    """The version, the records of a source as text joined, how many there are, and of `those` the last key and box.

    The source is in the order of the keys and has a limit, so PostgreSQL keeps that order: to sort the texts once more
    would take a tenth of the time.
    """
    named = ", ".join(f"t.c{number} AS {quoted(name)}" for number, name in enumerate(names(query.layer)))
    tables, box = query.layer.tables, f"ST_Extent(t.g){those}"
    return (
        f"SELECT ({VERSION})::text, string_agg({form.row(query)}, %s){those}, count(*), max(t.pk){those}, "
        f"ST_XMin({box}), ST_YMin({box}), ST_XMax({box}), ST_YMax({box}) "
        f"FROM {source} CROSS JOIN LATERAL (SELECT {named}) AS p",
        (tables, tables, form.separator, *params),
    )


def ask_again(cursor: CursorWrapper, query: Query, form: Format, seen: str) -> tuple:
    """The one row that answers a question that was asked before: the first one of a whole layer, or that of a page."""
    return answer(cursor, prepared(cursor, query, form, seen), ())


def prepared(cursor: CursorWrapper, query: Query, form: Format, seen: str) -> str:
    """The statement of a question that comes again, in short.

    Each session prepares it: PostgreSQL reads and plans it once, which takes as long as two hundred records. The key
    that a page or a chunk comes after is told each time.
    """
    asked = query if query.after is None else replace(query, after=AFTER)

    def statement() -> Statement:
        size = CHUNK if query.after is None else PIECE
        sql, params = remembered(asked, form, seen, size) if query.limit is None else page(asked, form, seen)
        typed = "(bigint)" if query.after is not None else ""
        return f"{typed} AS {sql}", tuple(AsIs("$1") if value == AFTER else value for value in params)

    name = planned(cursor, (asked, form, seen), statement)
    return f"EXECUTE {name}" if query.after is None else f"EXECUTE {name}({query.after:d})"


def page(query: Query, form: Format, seen: str) -> Statement:
    """The same of a page, which reads one record more than it gives: so the count says whether another page follows."""
    source, params = selected(replace(query, limit=None), form, query.limit + 1)
    numbered = f"(SELECT *, row_number() OVER (ORDER BY t.pk) AS n FROM {source}) AS t"
    return joined(query, form, numbered, params, f" FILTER (WHERE t.n <= {query.limit:d})")


def matched(cursor: CursorWrapper, query: Query, seen: str) -> int:
    """How many records match, whatever the page. Remembered for the version `seen`, which the snapshot holds."""
    everything = whole_of(query)
    return remembered_sum(seen, "count", everything, lambda: count(cursor, everything))


def whole_of(query: Query) -> Query:
    """The question of which a query is a page or another form."""
    return query.without("limit", "after", "zoom", "crs")


def count(cursor: CursorWrapper, query: Query) -> int:
    try:
        sql, params = query.rows().order_by().values_list("pk").query.get_compiler("public").as_sql()
    except EmptyResultSet:
        return 0
    cursor.execute(f"SELECT count(*) FROM ({sql}) AS t", params)
    return int(cursor.fetchone()[0])
