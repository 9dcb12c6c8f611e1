"""What the files written by GDAL have in common: Arrow batches in, one layer out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from mapping.formats.arrow import GEOMETRY
from mapping.formats.files import Making
from mapping.formats.rows import srid

NAMES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}


def geometry_type(kinds: Iterable[str]) -> str:
    """The one type of these geometries as GDAL calls it; `Unknown` allows any."""
    found = {NAMES.get(kind, "Unknown") for kind in kinds if kind}
    return found.pop() if len(found) == 1 else "Unknown"


def write_layer(
    making: Making,
    path: Path,
    driver: str,
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    kinds: Iterable[str],
    **more: Any,
) -> None:
    """Writes one layer. Coordinates are x before y, whatever the CRS."""
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches),
        path,
        driver=driver,
        geometry_name=GEOMETRY,
        geometry_type=geometry_type(kinds),
        crs=f"EPSG:{srid(making.query)}",
        **more,
    )
