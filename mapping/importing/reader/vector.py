"""Shapefile, GeoPackage, KML and GML through GDAL, one driver at a time, and what GDAL would not say about them."""

import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import dbase, geopackage
from .archive import choose
from .drivers import DRIVERS, keep_only
from .records import Reason, Refusal, Row, Source, clean_properties, unique_names

# Columns that the KML driver adds to every file. `Name2` is its second copy of a schema field called Name.
KML_OWN = {"timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon"}
GML_OWN = {"lowerCorner", "upperCorner"}
BYTES = "ISO-8859-1"


def read(kind: str, path: Path, wanted: str | None) -> Source:
    """The rows of one layer. `kind` is a key of `DRIVERS`; `wanted` chooses among several layers."""
    notices: list[Reason] = []
    encoding, label = None, "UTF-8"
    shapes: list[int] | None = None
    facts = geopackage.inspect(path, wanted) if kind == "gpkg" else None
    if kind == "shapefile":
        shapes = dbase.shape_types(path)
        encoding, notices = dbase.encoding_of(path.with_suffix(".dbf"))
        label = dbase.label_of(encoding)
        path.with_suffix(".cpg").unlink(missing_ok=True)
    import pyogrio
    from pyogrio import raw

    keep_only(DRIVERS[kind])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            layers = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
            if not layers:
                raise Refusal("no-rows")
            layer = facts.layer if facts else choose(layers, wanted if kind != "shapefile" else None)
            options = {"encoding": BYTES} if encoding else {}
            meta, _, geometries, columns = raw.read(path, layer=layer, datetime_as_string=True, **options)
        except pyogrio.errors.DataSourceError as error:
            raise Refusal("file-unreadable", driver=DRIVERS[kind], detail=_safe(error, path)) from error
        except pyogrio.errors.DataLayerError as error:
            raise Refusal("file-unreadable", driver=DRIVERS[kind], detail=_safe(error, path)) from error
    notices += [("reader-warning", {"detail": _safe(warning.message, path)}) for warning in said][:20]
    crs = _crs(meta["crs"])
    if meta["crs"] and crs is None:
        notices.append(("crs-not-identified", {"text": str(meta["crs"])[:120]}))
    table = _table(kind, meta, columns, notices, encoding)
    ids = table.pop({"gml": "gml_id", "kml": "id"}.get(kind, ""), None)
    curved = facts.curved if facts else set()
    rows = _rows(table, ids, geometries, shapes, curved)
    source = Source(DRIVERS[kind], rows, list(table), label, crs, "file" if crs else None)
    source.layers, source.notices = layers, notices
    return source


def _safe(message: object, path: Path) -> str:
    return str(message).replace(str(path.parent), "").replace(path.name, "")[:300]


def _crs(text: str | None) -> str | None:
    """`EPSG:n` or `ESRI:n` as GDAL identified it; a definition without a code cannot be handed to the database."""
    if not text or not text.startswith(("EPSG:", "ESRI:", "OGC:CRS84")):
        return None
    return "CRS84" if text.startswith("OGC:") else text


def _table(
    kind: str, meta: dict[str, Any], columns: list[Any], notices: list[Reason], encoding: str | None
) -> dict[str, list[Any]]:
    """Column name → plain values, without the columns that the driver itself invented."""
    names = unique_names([_decoded(str(name), encoding) for name in meta["fields"]], notices)
    table: dict[str, list[Any]] = {}
    for name, ogr_type, column in zip(names, meta["ogr_types"], columns, strict=True):
        if (kind == "kml" and name.casefold() in KML_OWN) or (kind == "gml" and name in GML_OWN):
            continue
        values = [_decoded(_plain(value, ogr_type), encoding) for value in column.tolist()]
        if kind == "kml" and name in {"description", "Name2", "id"} and not any(values):
            continue
        table[name] = values
    return table


def _decoded(value: Any, encoding: str | None) -> Any:
    """A text of a Shapefile in its true encoding: it was read as Latin-1, which keeps every byte as it is. What an
    accent cut off by the width of its field leaves behind is dropped."""
    if encoding is None or not isinstance(value, str):
        return value
    return value.encode(BYTES).decode(encoding, errors="ignore")


def _plain(value: Any, ogr_type: str) -> Any:
    """A JSON value. Integer columns with holes come as floats, and are made whole again."""
    if value is None or value == "NaT" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and ogr_type in {"OFTInteger", "OFTInteger64"} and value.is_integer():
        return int(value)
    if isinstance(value, bytes):
        return None
    return value.tolist() if hasattr(value, "tolist") else value


def _rows(
    table: dict[str, list[Any]], ids: list[Any] | None, geometries: Any, shapes: list[int] | None, curved: set[int]
) -> Iterator[Row]:
    for position, geometry in enumerate(geometries):
        row = Row(position + 1, wkb=geometry, id=str(ids[position]) if ids and ids[position] else None)
        row.properties = clean_properties({name: values[position] for name, values in table.items()}, row.notes)
        if geometry is None and shapes and len(shapes) == len(geometries) and shapes[position] != 0:
            row.notes.append(("geometry-unreadable", {}))
        if position in curved:
            row.notes.append(("curve-linearised", {}))
        yield row
