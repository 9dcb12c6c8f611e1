"""Excel: one sheet of records, one that says what they are. No cell is a formula; one row is in memory at a time."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
import xlsxwriter
from django.core.exceptions import EmptyResultSet

from mapping.formats.about import facts
from mapping.formats.arrow import GEOMETRY, place
from mapping.formats.files import Making
from mapping.formats.rows import DIGITS, columns, compiled
from mapping.formats.tabular import neutral

LONGEST = 32_767
PIECE = 32_000
METADATA = "metadata"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def write(making: Making, path: Path) -> None:
    with xlsxwriter.Workbook(path, OPTIONS | {"tmpdir": str(path.parent)}) as book:
        book.use_zip64()
        about = making.about
        book.set_properties({"title": about.title, "comments": about.description, "author": about.attribution})
        sheet = book.add_worksheet(making.name[:31])
        bold = book.add_format({"bold": True})
        pieces = pieces_of(making)
        titles = [*making.schema().names[:-1], *(["WKT"] + [f"WKT_{number}" for number in range(2, pieces + 1)])]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        sheet.freeze_panes(1, 0)
        number = 0
        for batch in making.batches():
            for record in records(batch, making.query.crs == "CRS84"):
                number += 1
                for column, value in enumerate(record):
                    put(sheet, number, column, value)
        notes = book.add_worksheet(METADATA)
        for number, (title, value) in enumerate(facts(about)):
            notes.write_string(number, 0, title, bold)
            notes.write_string(number, 1, value[:LONGEST])


def put(sheet: Any, row: int, column: int, value: Any) -> None:
    """One value in its cell: nothing for none, a text that is no formula, a number, a day."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case str():
            sheet.write_string(row, column, value[:LONGEST])
        case datetime.datetime():
            sheet.write_string(row, column, value.isoformat())
        case datetime.date():
            if value.year >= 1900:
                sheet.write_datetime(row, column, value)
            else:
                sheet.write_string(row, column, value.isoformat())
        case _:
            sheet.write_number(row, column, value)


def records(batch: pa.RecordBatch, degrees: bool) -> Iterator[tuple[Any, ...]]:
    """The rows of a batch, texts made inert, the place as WKT in as many pieces as it needs."""
    found = [column.to_pylist() for column in batch.columns[:-1]]
    for column, one in zip(found, batch.schema, strict=False):
        if pa.types.is_string(one.type):
            column[:] = [None if text is None else neutral(text) for text in column]
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_pylist())
    texts = shapely.to_wkt(shapes, rounding_precision=DIGITS if degrees else 3)
    for *values, wkt in zip(*found, texts, strict=True):
        yield *values, *(wkt[start : start + PIECE] for start in range(0, len(wkt or ""), PIECE))


def pieces_of(making: Making) -> int:
    """How many columns the longest place needs as text, at sixteen characters a number."""
    if set(making.survey.kinds) <= {"", "POINT"}:
        return 1
    query = making.query
    rows = query.page(columns(query.layer))
    try:
        source, params = compiled(query.layer, rows if query.limit is None else rows[: query.limit])
    except EmptyResultSet:
        return 1
    digits = DIGITS if query.crs == "CRS84" else 3
    making.cursor.execute(f"SELECT max(length(ST_AsText({place(query)}, {digits}))) FROM {source}", params)
    return -(-((making.cursor.fetchone()[0] or 1) + 4000) // PIECE)
