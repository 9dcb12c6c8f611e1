"""From a Query to Arrow batches: PostgreSQL writes the rows as CSV, pyarrow reads that into typed columns.

Nothing is done for each value in Python, and one chunk of rows is in memory at a time. The rows come through the same
connection as everything else, so they are of its snapshot.
"""

import io
from collections.abc import Iterator
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
    some of them."""
    shape, left, after = schema(query.layer), query.limit, query.after
    while left is None or left > 0:
        wanted = size if left is None else min(size, left)
        table = chunk(cursor, replace(query, after=after, limit=None), shape, wanted, where or "TRUE")
        if table is None or not table.num_rows:
            return
        after = table.column("pk")[-1].as_py()
        left = None if left is None else left - table.num_rows
        kept = table.filter(table.column("kept")) if where else table
        if kept.num_rows:
            yield from typed(kept, shape).to_batches()
        if table.num_rows < wanted:
            return


def chunk(cursor: CursorWrapper, query: Query, shape: pa.Schema, size: int, where: str) -> pa.Table | None:
    """The first `size` records after the query's cursor, with their keys and whether each is to be kept; the geometry
    still hexadecimal."""
    try:
        source, params = compiled(query.layer, query.page(columns(query.layer))[:size])
    except EmptyResultSet:
        return None
    types = list(kinds(query.layer).values())[1:]
    cells = [cell(kind, f"t.c{number}") for number, kind in enumerate(types)]
    listed = ", ".join(["t.pk", where, "t.uid", *cells, f"encode(ST_AsBinary({place(query)}), 'hex')"])
    rows = cursor.mogrify(f"SELECT {listed} FROM {source} ORDER BY t.pk", params).decode()
    sent = io.BytesIO()
    cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT csv)", sent)
    if not sent.tell():
        return None
    found = (
        {"pk": pa.int64(), "kept": pa.bool_()} | {field.name: field.type for field in shape} | {GEOMETRY: pa.string()}
    )
    return csv.read_csv(
        pa.py_buffer(sent.getbuffer()),
        csv.ReadOptions(use_threads=False, block_size=sent.tell() + 1, column_names=list(found)),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=found,
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
