"""FORMATS: one table of what a layer can be written as. A format that is not here is a 404."""

from mapping.formats.base import Format
from mapping.formats.geojson import GEOJSON
from mapping.formats.tabular import CSV

FORMATS: dict[str, Format] = {form.suffix: form for form in (GEOJSON, CSV)}

__all__ = ["FORMATS", "Format"]
