"""From a Query to Arrow batches: PostgreSQL writes the rows as CSV, pyarrow reads that into typed columns.

Nothing is done for each value in Python, and one chunk of rows is in memory at a time. The rows come through the same
connection as everything else, so they are of its snapshot.
"""

import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pyarrow as pa
from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from pyarrow import csv

from mapping.formats.rows import columns, compiled, names, srid
from mapping.query import Query
from mapping.registry import Layer

CHUNK = 5000
GEOMETRY = "geometry"
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
    shape, left, after = schema(query.layer), query.limit, query.after
    with ThreadPoolExecutor(1, "chunks") as ahead:

        def ask() -> Future[pa.Table | None] | None:
            wanted = size if left is None else min(size, left)
            if wanted < 1:
                return None
            sql = statement(cursor, replace(query, after=after, limit=None), wanted, where or "TRUE")
            return sql and ahead.submit(chunk, cursor, sql, shape)

        waiting = ask()
        while waiting and (table := waiting.result()) is not None:
            after = table.column("pk")[-1].as_py()
            left = None if left is None else left - table.num_rows
            waiting = ask() if table.num_rows == size else None
            kept = table.filter(table.column("kept")) if where else table
            if kept.num_rows:
                yield from typed(kept, shape).to_batches()


def statement(cursor: CursorWrapper, query: Query, size: int, where: str) -> str:
    """SQL of the first `size` records after the query's cursor: their keys, whether each is to be kept, the columns,
    the geometry hexadecimal. Empty where nothing can match."""
    try:
        source, params = compiled(query.layer, query.page(columns(query.layer))[:size])
    except EmptyResultSet:
        return ""
    types = list(kinds(query.layer).values())[1:]
    cells = [cell(kind, f"t.c{number}") for number, kind in enumerate(types)]
    listed = ", ".join(["t.pk", where, "t.uid", *cells, f"encode(ST_AsBinary({place(query)}), 'hex')"])
    return cursor.mogrify(f"SELECT {listed} FROM {source} ORDER BY t.pk", params).decode()


def chunk(cursor: CursorWrapper, sql: str, shape: pa.Schema) -> pa.Table | None:
    """The rows of a statement; None for none. Uses nothing but the cursor, so that another thread may run it."""
    sent = io.BytesIO()
    cursor.copy_expert(f"COPY ({sql}) TO STDOUT (FORMAT csv)", sent)
    if not sent.tell():
        return None
    found = {"pk": pa.int64(), "kept": pa.bool_()} | {field.name: field.type for field in shape}
    return csv.read_csv(
        pa.py_buffer(sent.getbuffer()),
        csv.ReadOptions(use_threads=False, block_size=sent.tell() + 1, column_names=list(found)),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=found | {GEOMETRY: pa.string()},
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def typed(table: pa.Table, shape: pa.Schema) -> pa.Table:
    """The same rows without their keys, the geometry as bytes."""
    hexadecimal = table.column(GEOMETRY).to_pylist()
    wkb = pa.array([None if text is None else bytes.fromhex(text) for text in hexadecimal], pa.binary())
    plain = [table.column(name) for name in shape.names[:-1]]
    return pa.table([*plain, wkb], schema=shape).combine_chunks()
