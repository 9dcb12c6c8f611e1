"""FORMATS: one table of what a layer can be written as. A format that is not here is a 404."""

from mapping.formats.base import FileFormat, Format
from mapping.formats.files import EXCEL, FLATGEOBUF, GEOPACKAGE, PARQUET, SHAPEFILE
from mapping.formats.geojson import GEOJSON, SEQUENCE
from mapping.formats.kml import KML
from mapping.formats.tabular import CSV

FORMATS: dict[str, Format | FileFormat] = {
    form.suffix: form for form in (GEOJSON, SEQUENCE, CSV, EXCEL, GEOPACKAGE, SHAPEFILE, KML, FLATGEOBUF, PARQUET)
}

__all__ = ["FORMATS", "FileFormat", "Format"]
