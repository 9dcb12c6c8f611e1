"""What a file is, from its content. Its name decides nothing but whether plain text may be a table."""

import re
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from .records import Refusal

XML_ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)")
XML_AHEAD = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.S)
FLATGEOBUF = b"fgb\x03fgb"  # the third version, the only one in use
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_SUFFIXES = {".csv", ".txt", ".tsv", ".tab"}
SHAPEFILE_SUFFIXES = {".shp", ".shx", ".dbf", ".prj", ".cpg"}


def sniff(path: Path, name: str) -> str:
    """A kind of `readers.READERS`, or zip; raises Refusal for anything else. `name` is what the person called it."""
    with path.open("rb") as file:
        head = file.read(8192)
    suffix = PurePosixPath(name).suffix.casefold()
    if not head.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise Refusal("empty-file")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if head.startswith(FLATGEOBUF):
        return "fgb"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(OLD_OFFICE):
        raise Refusal("spreadsheet-old")
    if suffix in SHAPEFILE_SUFFIXES and not head.lstrip().startswith((b"<", b"{")):
        raise Refusal("shapefile-loose")
    if suffix == ".zip":
        raise Refusal("zip-broken")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("utf-16")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return _xml(path)
    if b"\x00" in head or text.startswith((b"%PDF", b"GIF8", b"\x89PNG", b"\xff\xd8")):
        raise Refusal("format-unsupported")
    if text.startswith((b"{", b"[", b"\x1e")) or suffix in {".geojson", ".json", ".geojsonl"}:
        return "geojson"
    if suffix in TEXT_SUFFIXES or any(mark in text.split(b"\n", 1)[0] for mark in (b",", b";", b"\t")):
        return "csv"
    raise Refusal("format-unsupported")


def _xml(path: Path) -> str:
    """KML or GML by the root element. Definitions of entities are refused: they serve only to attack the reader. GDAL
    would read a file that breaks off as if it ended there, so it has to be well-formed first."""
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refusal("xml-definitions")
    position = 0
    while ahead := XML_AHEAD.match(data, position):
        position = ahead.end()
    root = XML_ROOT.match(data, position)
    if root and root[1] in {b"kml", b"FeatureCollection"}:
        try:
            expat.ParserCreate().Parse(data, True)
        except expat.ExpatError as error:
            raise Refusal("xml-broken", line=error.lineno) from error
    if root and root[1] == b"kml":
        return "kml"
    if root and root[1] == b"FeatureCollection" and b"http://www.opengis.net/gml" in data[position : position + 8192]:
        return "gml"
    raise Refusal("format-unsupported")
