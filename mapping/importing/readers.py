"""READERS: the table of formats that come in. What a file is, its content says; the endings only help to find it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Reader:
    """One format. `kind` is what the sandboxed child calls it; `driver` what the report says it was read by; `layers`
    whether a file may hold several."""

    kind: str
    title: str
    suffixes: tuple[str, ...]
    driver: str
    notes: str | Promise
    layers: bool = False


READERS: dict[str, Reader] = {
    reader.kind: reader
    for reader in (
        Reader(
            "geojson", "GeoJSON", (".geojson", ".json", ".geojsonl"), "GeoJSON",
            _("UTF-8; a collection, a feature, a geometry, or a text sequence (RFC 8142) or line for each feature."),
        ),
        Reader(
            "csv", "CSV", (".csv", ".tsv", ".txt"), "CSV",
            _("Any delimiter; UTF-8 or Western European; a WKT column, latitude and longitude, x and y, or none."),
        ),
        Reader(
            "spreadsheet", "Excel, LibreOffice", (".xlsx", ".ods"), "Spreadsheet",
            _("One sheet, columns named in its first row; places as in CSV. A formula counts as its result."), True,
        ),
        Reader(
            "shapefile", "Shapefile", (".zip",), "ESRI Shapefile",
            _("As one zip archive with .shp, .shx, .dbf, and .prj and .cpg where there are."), True,
        ),
        Reader("gpkg", "GeoPackage", (".gpkg",), "GPKG", _("Tables only, no views or programs of its own."), True),
        Reader("kml", "KML, KMZ", (".kml", ".kmz"), "LIBKML", _("Without links to elsewhere; always degrees."), True),
        Reader("gml", "GML", (".gml", ".xml"), "GML", _("Versions 2 and 3, without a schema of its own."), True),
        Reader("fgb", "FlatGeobuf", (".fgb",), "FlatGeobuf", _("Rows come in the order of the file's index.")),
        Reader("parquet", "GeoParquet", (".parquet",), "Parquet", _("Places written as WKB; versions 1.0 and 1.1.")),
    )
}  # fmt: skip
ACCEPTED = ",".join(suffix for reader in READERS.values() for suffix in reader.suffixes)
