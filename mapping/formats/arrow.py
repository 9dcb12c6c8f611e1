"""From a Query to Arrow batches: PostgreSQL writes many rows as one text of CSV, pyarrow reads that into typed columns.

Nothing is done for each row or value in Python, and two chunks of rows are in memory at a time. The rows come through
the same connection as everything else, so they are of its snapshot. A chunk is one value, not a COPY, because psycopg2
waits for a value without holding Python's lock, which GDAL holds while it writes.
"""

import binascii
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa
from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import AsIs
from pyarrow import csv

from mapping.formats.rows import AFTER, columns, compiled, names, srid
from mapping.prepared import planned
from mapping.query import Query
from mapping.registry import Layer

CHUNK = 1000  # so many records stay in the cache of a processor on their way from PostgreSQL into the file
GEOMETRY = "geometry"
KEPT, END = "kept", "end"
MOMENT = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
TYPES = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "date-time": pa.timestamp("us", tz="UTC"),
}


def kinds(layer: Layer) -> dict[str, str]:
    """The columns of a file and the type of each: `id`, the allow-list, `url`."""
    types = ["string", *(attribute.type for attribute in layer.published), "uri"]
    return dict(zip(["id", *names(layer)], types, strict=True))


def schema(layer: Layer) -> pa.Schema:
    """The columns of a file as Arrow has them, then the geometry as well-known binary."""
    plain = [pa.field(name, TYPES.get(kind, pa.string())) for name, kind in kinds(layer).items()]
    return pa.schema([*plain, pa.field(GEOMETRY, pa.binary())])


def place(query: Query) -> str:
    """SQL of the geometry in the asked CRS."""
    return "t.g" if query.crs == "CRS84" else f"ST_Transform(t.g, {srid(query)})"


def cell(kind: str, column: str) -> str:
    return f"to_char({column} AT TIME ZONE 'UTC', '{MOMENT}')" if kind == "date-time" else column


def batches(cursor: CursorWrapper, query: Query, size: int = CHUNK, where: str = "") -> Iterator[pa.RecordBatch]:
    """The records of a query in the order of their keys, `size` looked at together; `where` is SQL over t that keeps
    some of them. While one chunk is written, PostgreSQL already makes the next."""
    shape, left = schema(query.layer), query.limit
    further = statement(replace(query, after=AFTER, limit=None), size, where or "TRUE")
    with ThreadPoolExecutor(1, "chunks") as ahead:

        def ask(after: int | None) -> Future[tuple[bytes | None, int, int | None]] | None:
            wanted = size if left is None else min(size, left)
            if wanted < 1 or not further:
                return None
            if wanted == size and after is not None:
                return ahead.submit(chunk, cursor, f"EXECUTE {kept_plan(cursor, further)}({after:d})")
            return ahead.submit(
                chunk, cursor, *statement(replace(query, after=after, limit=None), wanted, where or "TRUE")
            )

        waiting = ask(query.after)
        while waiting and (found := waiting.result())[0] is not None:
            sent, count, last = found
            left = None if left is None else left - count
            waiting = ask(last) if count == size else None
            table = read(sent, shape)
            kept = table.filter(table.column(KEPT)) if where else table
            if kept.num_rows:
                yield from typed(kept, shape).to_batches()


def kept_plan(cursor: CursorWrapper, statement: tuple[str, tuple]) -> str:
    """The name of the plan that the session of a cursor keeps of a statement, which is told the key it comes after."""
    sql, params = statement
    values = tuple(AsIs("$1") if value == AFTER else value for value in params)
    return planned(cursor, statement, lambda: (f"(bigint) AS {sql}", values))


def statement(query: Query, size: int, where: str) -> tuple[str, tuple] | None:
    """The first `size` records after the query's cursor as lines; then how many there are, and the last key. None where
    nothing can match.

    A line is the geometry, hexadecimal, and a row as PostgreSQL writes it: whether the record is to be kept, the
    columns, nothing, in brackets. PostgreSQL looks at each letter of a row for what must be quoted, so the geometry
    stands before it. The source is in the order of the keys and has a limit, so the lines are in that order.
    """
    try:
        source, params = compiled(query.layer, query.page(columns(query.layer))[:size])
    except EmptyResultSet:
        return None
    types = list(kinds(query.layer).values())[1:]
    cells = ", ".join(cell(kind, f"t.c{number}") for number, kind in enumerate(types))
    shape = f"coalesce(encode(ST_AsBinary({place(query)}), 'hex'), '')"
    line = f"{shape} || ',' || ROW({where}, t.uid, {cells}, NULL)::text"
    return f"SELECT string_agg({line}, chr(10)), count(*), max(t.pk) FROM {source}", params


def chunk(cursor: CursorWrapper, sql: str, params: tuple = ()) -> tuple[bytes | None, int, int | None]:
    """The lines, how many, the last key. Uses nothing but the cursor, so that another thread may run it."""
    cursor.execute(sql, params or None)
    return cursor.fetchone()


def read(sent: bytes, shape: pa.Schema) -> pa.Table:
    """Lines as typed columns; the geometry is text still. PostgreSQL writes a row as CSV but for its brackets, which
    are read with the first value and instead of the last, and for backslashes, which it doubles."""
    plain = {field.name: field.type for field in shape if field.name != GEOMETRY}
    found = {GEOMETRY: pa.string(), KEPT: pa.bool_()} | plain | {END: pa.string()}
    return csv.read_csv(
        pa.py_buffer(sent),
        csv.ReadOptions(use_threads=False, block_size=len(sent) + 1, column_names=list(found)),
        csv.ParseOptions(newlines_in_values=True, escape_char="\\"),
        csv.ConvertOptions(
            column_types=found,
            include_columns=list(found)[:-1],
            null_values=[""],
            true_values=["t", "(t"],
            false_values=["f", "(f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def typed(table: pa.Table, shape: pa.Schema) -> pa.Table:
    """The same rows without their keys, the geometry as bytes."""
    wkb = [unhexed(piece) for piece in table.column(GEOMETRY).chunks]
    plain = [table.column(name) for name in shape.names[:-1]]
    return pa.table([*plain, pa.chunked_array(wkb, pa.binary())], schema=shape).combine_chunks()


def unhexed(texts: pa.StringArray) -> pa.BinaryArray:
    """The bytes that these hexadecimal texts say, all of them at once."""
    if texts.offset:
        texts = pa.concat_arrays([texts])
    valid, ends, data = texts.buffers()
    if data is None:
        return pa.nulls(len(texts), pa.binary())
    halves = np.frombuffer(ends, np.int32, len(texts) + 1)
    packed = binascii.unhexlify(memoryview(data)[halves[0] : halves[-1]])
    starts = pa.py_buffer((halves - halves[0]) // 2)
    return pa.BinaryArray.from_buffers(pa.binary(), len(texts), [valid, starts, pa.py_buffer(packed)])
