"""GDAL with one driver left: what else it could open is taken away before it opens anything."""

import ctypes
import re
from pathlib import Path

from .records import Refusal

# GeoPackage rests on SQLite's reader inside the same driver; each format names the one driver that may open it.
DRIVERS = {"shapefile": "ESRI Shapefile", "gpkg": "GPKG", "kml": "LIBKML", "gml": "GML", "fgb": "FlatGeobuf"}


def _library() -> ctypes.CDLL:
    """The GDAL that pyogrio has loaded into this process (its wheel brings its own)."""
    maps = Path("/proc/self/maps")
    found = re.search(r"(/\S*libgdal\S*)", maps.read_text()) if maps.exists() else None
    if found:
        return ctypes.CDLL(found[1])
    import pyogrio

    for library in Path(pyogrio.__file__).parent.glob(".dylibs/libgdal*"):
        return ctypes.CDLL(str(library))
    raise Refusal("reader-unsafe")


def keep_only(name: str) -> None:
    """Take every driver but one out of GDAL; raises Refusal when that cannot be proved."""
    import pyogrio

    gdal = _library()
    gdal.GDALGetDriver.restype = ctypes.c_void_p
    gdal.GDALGetDriver.argtypes = [ctypes.c_int]
    gdal.GDALGetDescription.restype = ctypes.c_char_p
    gdal.GDALGetDescription.argtypes = [ctypes.c_void_p]
    gdal.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    for position in reversed(range(gdal.GDALGetDriverCount())):
        driver = gdal.GDALGetDriver(position)
        if gdal.GDALGetDescription(driver) != name.encode():
            gdal.GDALDeregisterDriver(driver)
    if list(pyogrio.list_drivers()) != [name]:
        raise Refusal("reader-unsafe")
