"""Excel and LibreOffice: the cells of one sheet as texts, then read as any other table. A formula is its result."""

import datetime
import zipfile
import zlib
from pathlib import Path
from typing import Any

from .archive import MAX_UNPACKED_BYTES, choose, entries
from .records import MAX_COLUMNS, Refusal, Source
from .tabular import table

MAX_CELLS = 30_000_000
ABOUT = "metadata"  # the sheet of our own exports that says what the records are
ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")


def read(path: Path, wanted: str | None) -> Source:
    """The rows of one sheet; several sheets with something in them are asked about. Every part is unpacked once before,
    so that one that lies about its size, or is damaged, is refused while it costs nothing."""
    _check(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = [sheet.name for sheet in book.sheets_metadata if str(sheet.typ).endswith("WorkSheet")]
            filled = [name for name in sheets if book.get_sheet_by_name(name).total_height] or sheets[:1]
            filled = [name for name in filled if name != ABOUT] or filled
            if not filled:
                raise Refusal("empty-file")
            rows = _rows(book.get_sheet_by_name(choose(filled, wanted)))
    except (CalamineError, ValueError, OSError) as error:
        raise Refusal("file-unreadable", driver="Excel", detail=type(error).__name__) from error
    source = table(rows, "Spreadsheet", "UTF-8")
    source.layers = filled
    return source


def _check(path: Path) -> None:
    """Raises Refusal for parts that lie about their size or declare entities of XML."""
    archive, files = entries(path)
    total = 0
    with archive:
        for info in files:
            try:
                with archive.open(info) as part:
                    head = part.read(4096)
                    size = len(head)
                    while piece := part.read(1 << 20):
                        size += len(piece)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
                raise Refusal("zip-broken") from error
            if any(word in head for word in ENTITIES):
                raise Refusal("xml-definitions")
            total += size
            if total > MAX_UNPACKED_BYTES or size > info.file_size:
                raise Refusal("zip-too-big")


def _rows(sheet: Any) -> list[list[str]]:
    """The cells of a sheet as texts, without empty rows and without empty columns at the right."""
    if sheet.total_width > 16_384 or sheet.total_height * sheet.total_width > MAX_CELLS:
        raise Refusal("too-large-to-read")
    found = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    found = [row for row in found if any(row)]
    width = max((max(n for n, cell in enumerate(row, 1) if cell) for row in found), default=0)
    if width > MAX_COLUMNS:
        raise Refusal("too-many-columns", count=width, limit=MAX_COLUMNS)
    return [row[:width] for row in found]


def _text(cell: Any) -> str:
    """A cell as a CSV would write it: whole numbers without decimals, days and moments by ISO 8601."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time(0)
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
