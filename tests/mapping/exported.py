"""Reads an exported file with other programs' eyes: GDAL, openpyxl, pyarrow, the json module. Nothing of ours."""

import csv
import io
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import shapely
from pyarrow import parquet
from pyogrio import raw

Records = dict[str, tuple[dict[str, Any], shapely.Geometry | None]]
KML_OWN = {
    "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon",
}  # fmt: skip


def text_of(body: bytes, suffix: str) -> str:
    """Everything that can be read in a file, as one text: packed parts unpacked."""
    if suffix in {"zip", "xlsx"} and body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if suffix == "parquet" and body.startswith(b"PAR1"):
        table = parquet.read_table(io.BytesIO(body))
        return str(table.drop_columns(["geometry"]).to_pylist()) + str(table.schema.metadata)
    return body.decode("utf-8", "replace")


def read(path: Path, names: list[str]) -> Records:
    """The records of a file by their identifiers; `names` are the columns wanted, for formats that shorten them."""
    suffix = path.suffix[1:]
    if suffix in {"geojson", "geojsonl"}:
        return from_json(path, suffix)
    if suffix == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return keyed([dict(row) for row in csv.DictReader(file)])
    if suffix == "xlsx":
        return from_excel(path)
    if suffix == "parquet":
        rows = parquet.read_table(path).to_pylist()
        return {row.pop("id"): (row, shape(row.pop("geometry"))) for row in rows}
    if suffix == "zip":
        return from_zip(path, names)
    return from_gdal(path)


def shape(wkb: bytes | None) -> shapely.Geometry | None:
    return None if wkb is None else shapely.from_wkb(wkb)


def from_json(path: Path, suffix: str) -> Records:
    text = path.read_text(encoding="utf-8")
    if suffix == "geojsonl":
        records = text.split("\x1e")
        assert records[0] == "" and all(record.endswith("\n") for record in records[1:])
        features = [json.loads(record) for record in records[1:]]
    else:
        features = json.loads(text)["features"]
    geometry = {one["id"]: one["geometry"] and shapely.geometry.shape(one["geometry"]) for one in features}
    return {one["id"]: (one["properties"], geometry[one["id"]]) for one in features}


def keyed(rows: list[dict[str, Any]]) -> Records:
    found = {}
    for row in rows:
        pieces = [name for name in row if name == "WKT" or name.startswith("WKT_")]
        text = "".join(row.pop(name) or "" for name in pieces)
        found[row.pop("id")] = (row, shapely.from_wkt(text) if text else None)
    return found


def from_excel(path: Path) -> Records:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    header, *rows = sheet.iter_rows(values_only=True)
    return keyed([dict(zip(header, row, strict=True)) for row in rows])


def from_gdal(path: Path, encoding: str | None = None, layer: str | None = None) -> Records:
    if not len(layers := pyogrio.list_layers(path)):  # a KML without placemarks
        return {}
    layer = layer or str(layers[0][0])
    meta, _fids, geometries, columns = raw.read(path, layer=layer, datetime_as_string=True, encoding=encoding)
    names = ["name" if name == "Name" else str(name) for name in meta["fields"]]
    found = {}
    for position, geometry in enumerate(geometries):
        row = {
            name: column[position]
            for name, column in zip(names, columns, strict=True)
            if path.suffix != ".kml" or name not in KML_OWN
        }
        found[row.pop("id")] = (row, shape(geometry))
    return found


def from_zip(path: Path, names: list[str]) -> Records:
    """Every Shapefile of an archive; columns by their position, because their names are shortened."""
    found: Records = {}
    folder = path.parent / f"{path.name}.unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    for shp in sorted(folder.glob("*.shp")):
        assert shp.with_suffix(".cpg").read_text() == "UTF-8"
        assert shp.with_suffix(".prj").read_text()
        for key, (row, geometry) in from_gdal(shp).items():
            found[key] = (dict(zip(names, row.values(), strict=True)), geometry)
    return found


def styles(path: Path) -> list[tuple[str, str, str, int]]:
    """Table, QML, SLD, and whether it opens with it, of every style in a GeoPackage."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(
            "SELECT f_table_name, styleQML, styleSLD, useAsDefault FROM layer_styles ORDER BY id"
        ).fetchall()


def value(kind: str, said: Any) -> Any:
    """A value as it was before a format wrote it as a text or a number of its own."""
    if hasattr(said, "item"):
        said = said.item()
    if said is None or said in {"", "NaT"} or (isinstance(said, float) and said != said):
        return None
    if kind == "boolean":
        return said in {True, "true", "1"}
    if kind == "integer":
        return int(said)
    if kind == "date":
        return said.date() if isinstance(said, datetime) else date.fromisoformat(str(said)[:10])
    if kind == "date-time":
        moment = said if isinstance(said, datetime) else datetime.fromisoformat(str(said).replace("/", "-"))
        return moment.timestamp()
    return said
