"""GeoParquet 1.1: columns for data analysis, the geometry as well-known binary, the metadata in the file."""

import ctypes
import json
from pathlib import Path

import pyarrow as pa
from django.contrib.gis.gdal import SpatialReference
from django.contrib.gis.gdal.libgdal import lgdal
from pyarrow import parquet

from mapping.formats import qgis
from mapping.formats.arrow import GEOMETRY
from mapping.formats.files import Making
from mapping.formats.ogr import NAMES
from mapping.formats.rows import srid

ROWS = 50_000  # of a row group


def write(making: Making, path: Path) -> None:
    said = {"geo": json.dumps(geo(making))} | qgis.plain_facts(making)
    schema = making.schema().with_metadata(said)
    with parquet.ParquetWriter(path, schema, compression="zstd") as out:
        waiting: list[pa.RecordBatch] = []
        for batch in making.batches():
            waiting.append(batch.replace_schema_metadata(schema.metadata))
            if sum(one.num_rows for one in waiting) >= ROWS:
                out.write_table(pa.Table.from_batches(waiting, schema))
                waiting.clear()
        if waiting:
            out.write_table(pa.Table.from_batches(waiting, schema))


def geo(making: Making) -> dict[str, object]:
    """The `geo` member. Without a CRS coordinates are CRS84; the box is told where the file is in degrees."""
    kinds = sorted(NAMES[kind] for kind in making.survey.kinds if kind in NAMES)
    column: dict[str, object] = {"encoding": "WKB", "geometry_types": kinds}
    if making.query.crs != "CRS84":
        column["crs"] = projjson(srid(making.query))
    elif making.survey.box:
        column["bbox"] = making.survey.box
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def projjson(code: int) -> dict[str, object]:
    """The definition of a CRS by its EPSG code, as GeoParquet wants it. GDAL has it and Django does not ask for it."""
    system, text = SpatialReference(code), ctypes.c_char_p()
    export = lgdal.OSRExportToPROJJSON
    export.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p]
    if export(system.ptr, ctypes.byref(text), None) != 0 or not text.value:
        raise ValueError(f"EPSG:{code} has no definition as PROJJSON")
    try:
        return json.loads(text.value)
    finally:
        lgdal.VSIFree(text)
