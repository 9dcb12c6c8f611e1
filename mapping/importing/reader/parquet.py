"""GeoParquet: the columns of a Parquet file, its places from well-known binary, by what its own `geo` metadata says."""

import datetime
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from .records import Reason, Refusal, Row, Source, clean_properties, unique_names

MAX_UNPACKED_BYTES = 800 * 1024 * 1024
BATCH = 5000


def read(path: Path) -> Source:
    """The rows of a file. Without `geo` metadata a Parquet file is a table without places, which is said."""
    import pyarrow
    from pyarrow import parquet

    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    try:
        file = parquet.ParquetFile(path, memory_map=False, pre_buffer=False)
        meta = file.metadata
        if sum(meta.row_group(n).total_byte_size for n in range(meta.num_row_groups)) > MAX_UNPACKED_BYTES:
            raise Refusal("too-large-to-read")
        geo = _geo((meta.metadata or {}).get(b"geo"))
        names = [field.name for field in file.schema_arrow]
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise Refusal("file-unreadable", driver="Parquet", detail=type(error).__name__) from error
    notices: list[Reason] = []
    column, crs = _place(geo, names)
    boxes = _covering(geo, column)
    fields = unique_names([name for name in names if name != column and name not in boxes], notices)
    plain = [name for name in names if name != column and name not in boxes]
    rows = _rows(file, column, dict(zip(plain, fields, strict=True)))
    source = Source("Parquet", rows, fields, crs=crs, crs_from="file" if crs else None, notices=notices)
    source.place_columns = []
    return source


def _geo(raw: bytes | None) -> dict[str, Any]:
    if raw is None:
        return {}
    try:
        geo = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refusal("parquet-geo") from error
    if not isinstance(geo, dict) or not isinstance(geo.get("columns"), dict):
        raise Refusal("parquet-geo")
    return geo


def _place(geo: dict[str, Any], names: list[str]) -> tuple[str | None, str | None]:
    """The column of the places and their CRS: CRS84 when the file is silent, as GeoParquet says."""
    if not geo:
        return None, None
    column = geo.get("primary_column")
    about = geo["columns"].get(column)
    if column not in names or not isinstance(about, dict):
        raise Refusal("parquet-geo")
    if about.get("encoding") != "WKB":
        raise Refusal("parquet-encoding", encoding=str(about.get("encoding"))[:40])
    if "crs" not in about:
        return column, "CRS84"
    crs = about["crs"]
    known = crs.get("id") if isinstance(crs, dict) else None
    if not isinstance(known, dict):
        return column, None
    name, code = str(known.get("authority"))[:10], str(known.get("code"))[:10]
    return column, "CRS84" if code in {"CRS84", "4326"} else f"{name}:{code}" if name in {"EPSG", "ESRI"} else None


def _covering(geo: dict[str, Any], column: str | None) -> set[str]:
    """The columns that only repeat each place's box."""
    about = geo.get("columns", {}).get(column) if column else None
    covering = about.get("covering") if isinstance(about, dict) else None
    box = covering.get("bbox") if isinstance(covering, dict) else None
    parts = box.values() if isinstance(box, dict) else ()
    return {str(part[0]) for part in parts if isinstance(part, list) and part}


def _rows(file: Any, column: str | None, names: dict[str, str]) -> Iterator[Row]:
    import pyarrow

    number = 0
    try:
        for batch in file.iter_batches(batch_size=BATCH, columns=[*names, *([column] if column else [])]):
            content = {name: batch.column(name).to_pylist() for name in batch.schema.names}
            for position in range(batch.num_rows):
                number += 1
                row = Row(number)
                values = {field: _plain(content[name][position]) for name, field in names.items()}
                row.properties = clean_properties(values, row.notes)
                _fill(row, content[column][position] if column else None)
                yield row
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise Refusal("file-unreadable", driver="Parquet", detail=type(error).__name__) from error


def _fill(row: Row, wkb: Any) -> None:
    if wkb is None:
        return
    if isinstance(wkb, bytes):
        row.wkb = wkb  # what no geometry is, the parent says as for every format
    else:
        row.rejected = ("geometry-broken", {})


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes | datetime.timedelta):
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {str(key): _plain(one) for key, one in value.items()} if isinstance(value, dict) else value
