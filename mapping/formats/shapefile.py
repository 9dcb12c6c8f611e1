"""A zip of Shapefiles: one for each family of geometries, and a README that says what was shortened."""

import zipfile
from pathlib import Path

import pyarrow as pa
from django.core.exceptions import EmptyResultSet
from django.template.loader import render_to_string
from django.utils import translation
from pyarrow import compute

from mapping.formats import qgis
from mapping.formats.about import LANGUAGE, facts
from mapping.formats.arrow import GEOMETRY, kinds
from mapping.formats.files import Making
from mapping.formats.naming import shortened
from mapping.formats.ogr import write_layer
from mapping.formats.rows import columns, compiled

FAMILIES = {
    "points": ("POINT",),
    "multipoints": ("MULTIPOINT",),
    "lines": ("LINESTRING", "MULTILINESTRING"),
    "areas": ("POLYGON", "MULTIPOLYGON"),
}
ONE = {"points": "POINT", "multipoints": "MULTIPOINT", "lines": "LINESTRING", "areas": "POLYGON"}
LONGEST = 254
README = "mapping/exporting/README.txt"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def write(making: Making, path: Path) -> None:
    shape = layout(making)
    present = [name for name, types in FAMILIES.items() if any(kind in making.survey.kinds for kind in types)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for family in present or ["points"]:
            first = family == (present or ["points"])[0]
            stem = making.name if len(present) < 2 else f"{making.name}_{family}"
            write_family(making, path.with_name(f"{stem}.shp"), family, first, shape)
            for part in PARTS:
                archive.write(path.with_name(stem + part), stem + part)
                path.with_name(stem + part).unlink()
            archive.writestr(f"{stem}.qmd", qgis.metadata(making))
            archive.writestr(f"{stem}.qml", qgis.qml(making.query.layer, qgis.FAMILY[family]))
        archive.writestr(README.rpartition("/")[2], readme(making, shape))


def write_family(making: Making, path: Path, family: str, first: bool, shape: pa.Schema) -> None:
    """The records of one family of geometries; the first file also has those without a place."""
    listed = ", ".join(f"'{kind}'" for kind in FAMILIES[family])
    where = f"coalesce(GeometryType(t.g) IN ({listed}), {'TRUE' if first else 'FALSE'})"
    batches = (plain(batch, shape) for batch in making.batches(where=where))
    write_layer(making, path, "ESRI Shapefile", batches, shape, [ONE[family]], encoding="UTF-8")


def layout(making: Making) -> pa.Schema:
    """The columns with their short names; texts as wide as the longest value, which keeps the files small."""
    short, wide = shortened(making.schema().names[:-1]), widths(making)
    fields = []
    for one in making.schema():
        if one.name == GEOMETRY:
            fields.append(one)
            continue
        kept = pa.types.is_integer(one.type) or pa.types.is_floating(one.type) or pa.types.is_date(one.type)
        width = {"GDAL:OGR:width": str(max(1, min(LONGEST, wide.get(one.name, 40))))}
        fields.append(pa.field(short[one.name], one.type if kept else pa.string(), metadata=None if kept else width))
    return pa.schema(fields)


def widths(making: Making) -> dict[str, int]:
    """How many bytes the longest text of each column has."""
    texts = [name for name, kind in kinds(making.query.layer).items() if kind in {"string", "uri", "array"}]
    rows = making.query.page(columns(making.query.layer))
    try:
        source, params = compiled(
            making.query.layer, rows if making.query.limit is None else rows[: making.query.limit]
        )
    except EmptyResultSet:
        return {}
    places = {name: f"t.c{number}" for number, name in enumerate(list(kinds(making.query.layer))[1:])} | {"id": "t.uid"}
    listed = ", ".join(f"max(octet_length({places[name]}::text))" for name in texts)
    making.cursor.execute(f"SELECT {listed} FROM {source}", params)
    return {name: most or 1 for name, most in zip(texts, making.cursor.fetchone(), strict=True)}


def plain(batch: pa.RecordBatch, shape: pa.Schema) -> pa.RecordBatch:
    """The same records as a dBASE table can hold them."""
    found = []
    for column, one in zip(batch.columns, shape, strict=True):
        if pa.types.is_timestamp(column.type):
            column = compute.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
        elif pa.types.is_boolean(column.type):
            column = compute.if_else(column, "true", "false")
        elif pa.types.is_string(column.type) and (compute.max(compute.binary_length(column)).as_py() or 0) > LONGEST:
            column = pa.array([cut(text) for text in column.to_pylist()], pa.string())
        found.append(column.cast(one.type))
    return pa.record_batch(found, schema=shape)


def cut(text: str | None) -> str | None:
    """As much of a text as a field holds, without half a letter at its end."""
    return None if text is None else text.encode()[:LONGEST].decode(errors="ignore")


def readme(making: Making, shape: pa.Schema) -> str:
    """What this is, and what each short name stands for; its lines end as Windows wants them."""
    titles = {attribute.name: attribute.title for attribute in making.query.layer.published}
    listed = zip(shape.names[:-1], making.schema().names, strict=False)
    with translation.override(LANGUAGE):
        columns = [(short, long, titles.get(long, "")) for short, long in listed]
        text = render_to_string(README, {"facts": facts(making.about), "columns": columns})
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
