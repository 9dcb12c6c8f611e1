"""A GeoPackage looked at before GDAL opens it: its layers, and that it holds data and no programs."""

import re
import sqlite3
import struct
from dataclasses import dataclass, field
from pathlib import Path

from .archive import choose
from .records import Refusal

CURVES = {8, 9, 10, 11, 12}
OWN_TRIGGERS = re.compile(
    r"(rtree_|gpkg_|trigger_insert_feature_count_|trigger_delete_feature_count_|feature_count_|fgti_|fgtd_)", re.I
)
OWN_VIEWS = {"st_spatial_ref_sys", "st_geometry_columns", "spatial_ref_sys", "geometry_columns"}


@dataclass(frozen=True)
class Facts:
    """`curved` holds the positions (from 0, in table order) of geometries with arcs."""

    layer: str
    layers: list[str]
    curved: set[int] = field(default_factory=set)


def inspect(path: Path, wanted: str | None) -> Facts:
    """The layer to read. Raises Refusal for views, for triggers beyond those of the format, for a broken file."""
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            _refuse_programs(database)
            found = database.execute(
                "SELECT c.table_name, g.column_name FROM gpkg_contents c JOIN gpkg_geometry_columns g"
                " ON g.table_name = c.table_name WHERE c.data_type = 'features' ORDER BY 1"
            ).fetchall()
            if not found:
                raise Refusal("geopackage-no-layer")
            layers = [str(name) for name, _ in found]
            layer = choose(layers, wanted)
            curved = _curved(database, layer, str(dict(found)[layer]))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise Refusal("geopackage-broken") from error
    return Facts(layer, layers, curved)


def _refuse_programs(database: sqlite3.Connection) -> None:
    for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master"):
        if kind == "view" and str(name).casefold() not in OWN_VIEWS:
            raise Refusal("geopackage-view", name=str(name)[:60])
        if kind == "trigger" and not OWN_TRIGGERS.match(str(name)):
            raise Refusal("geopackage-trigger", name=str(name)[:60])
        virtual = re.match(r"\s*CREATE\s+VIRTUAL\s+TABLE\b", sql or "", re.I)
        if virtual and not re.search(r"\bUSING\s+\"?rtree\b", sql, re.I):
            raise Refusal("geopackage-view", name=str(name)[:60])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _curved(database: sqlite3.Connection, table: str, column: str) -> set[int]:
    """Positions whose blob holds a curve type. A blob is a header ("GP", version, flags, srs, envelope) and WKB."""
    result = set()
    rows = database.execute(f"SELECT substr({_quoted(column)}, 1, 80) FROM {_quoted(table)}")
    for position, (blob,) in enumerate(rows):
        if not isinstance(blob, bytes) or len(blob) < 13 or blob[:2] != b"GP":
            continue
        start = 8 + {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get(blob[3] >> 1 & 7, 0)
        if len(blob) >= start + 5:
            order = "<" if blob[start] == 1 else ">"
            if struct.unpack_from(f"{order}I", blob, start + 1)[0] % 1000 in CURVES:
                result.add(position)
    return result
