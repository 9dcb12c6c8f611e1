"""Files for the tests of the importer, written here byte by byte."""

import json
import struct
import zipfile
from pathlib import Path

WGS84_PRJ = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def feature(place=(7.68, 45.07), id=None, **properties):
    geometry = {"type": "Point", "coordinates": list(place)} if isinstance(place, tuple) else place
    return {"type": "Feature", "properties": properties, "geometry": geometry} | ({} if id is None else {"id": id})


def square(x=7.68, y=45.07, half=0.01):
    """A GeoJSON polygon round a point, degrees."""
    west, south, east, north = x - half, y - half, x + half, y + half
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def geojson(path: Path, *features) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def zipped(path: Path, **members: bytes) -> Path:
    """A zip; `shp="…"` style names: `a__shp` is the member `a.shp`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def dbf(rows: list[bytes], width: int = 20, language: int = 0) -> bytes:
    """A dBase table with one text column, `nome`, in whatever bytes it is given."""
    head = (
        struct.pack("<BBBBIHH", 3, 126, 11, 21, len(rows), 32 + 32 + 1, width + 1)
        + bytes(17)
        + bytes([language])
        + bytes(2)
    )
    column = b"nome".ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    return head + column + b"\r" + b"".join(b" " + row.ljust(width) for row in rows) + b"\x1a"


def points_shp(points: list[tuple[float, float] | None]) -> tuple[bytes, bytes]:
    """The `.shp` and `.shx` of points; None is a record without geometry."""
    body, index, offset = b"", b"", 50
    for number, point in enumerate(points, start=1):
        content = struct.pack("<I", 0) if point is None else struct.pack("<Idd", 1, *point)
        body += struct.pack(">II", number, len(content) // 2) + content
        index += struct.pack(">II", offset, len(content) // 2)
        offset += 4 + len(content) // 2
    found = [point for point in points if point] or [(0, 0)]
    xs, ys = [x for x, _ in found], [y for _, y in found]
    box = struct.pack("<4d4d", min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0)

    def header(length: int) -> bytes:
        return struct.pack(">I20xI", 9994, length // 2) + struct.pack("<II", 1000, 1) + box

    return header(100 + len(body)) + body, header(100 + len(index)) + index


def shapefile(
    path: Path, rows: list[tuple[bytes, tuple[float, float] | None]], stem: str = "dati", **extra: bytes
) -> Path:
    """A zipped Shapefile of points; `extra` adds or replaces parts (`cpg=b"UTF-8"`), None leaves one out."""
    shp, shx = points_shp([point for _, point in rows])
    table = dbf([name for name, _ in rows])
    parts = {"shp": shp, "shx": shx, "dbf": table, "prj": WGS84_PRJ.encode()} | extra
    with zipfile.ZipFile(path, "w") as archive:
        for suffix, content in parts.items():
            if content is not None:
                archive.writestr(f"{stem}.{suffix}", content)
    return path
