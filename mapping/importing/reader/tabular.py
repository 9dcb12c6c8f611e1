"""CSV as municipalities publish it: four delimiters, three encodings, decimal commas, coordinates in many ways."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import shapely

from .records import BadRow, Reason, Refusal, Row, Source, clean_properties, unique_names

DELIMITERS = ",;\t|"
SAMPLE_RECORDS = 200
MAX_COLLECTIONS = 20

WKT_NAMES = {"wkt", "wktgeom", "wktgeometry", "geom", "thegeom", "geometry", "geometria", "shape", "geowkt"}
LATITUDE_NAMES = {"lat", "latitude", "latitudine", "latitud", "latwgs84", "wgs84lat", "ywgs84", "gpslat", "latgps"}
LONGITUDE_NAMES = {"lon", "lng", "long", "longitude", "longitudine", "lonwgs84", "longwgs84", "wgs84lon", "xwgs84"}
LONGITUDE_NAMES |= {"gpslon", "gpslong", "longgps", "longitud"}
X_NAMES = {"x", "xcoord", "coordx", "coordinatax", "est", "easting", "xgb", "xutm", "utmx", "pointx"}
Y_NAMES = {"y", "ycoord", "coordy", "coordinatay", "nord", "northing", "ygb", "yutm", "utmy", "pointy"}
PAIR_NAMES = {"location", "coordinate", "coordinates", "coordinata", "coord", "coords", "latlon", "latlng", "latlong"}
PAIR_NAMES |= {"posizione", "position", "geolocation", "geopoint", "geopoint2d", "punto", "point", "geolocalizzazione"}

WKT_START = re.compile(
    r"\s*(?:SRID=(?P<srid>\d{4,6});)?\s*(?:POINT|LINESTRING|POLYGON|MULTI\w+|GEOMETRYCOLLECTION)\s*(?:[ZM]{1,2}\s*)?(?:\(|EMPTY)",
    re.I,
)
PAIR = re.compile(r"\s*\(?\s*([+-]?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*\)?\s*")
NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?", re.I)
# As `mc_csv` of the database sees a formula: behind any blank or invisible character.
BLANK = "[\x01-\x20\x7f\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
FORMULA_GUARD = re.compile(rf"'+(?:{BLANK}*[=+\-@＝＋－＠]|[\t\r\n])")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")


@dataclass(frozen=True)
class Place:
    """Which columns hold the place, and how: `kind` is wkt, degrees, metres, pair or none."""

    kind: str
    columns: tuple[str, ...] = ()
    crs: str | None = None


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: UTF-8 when it is, else the Western European one, which never fails."""
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252" if re.search(rb"[\x80-\x9f]", data) else "ISO-8859-1"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "ISO-8859-1"


def delimiter_of(text: str) -> tuple[str, int]:
    """The delimiter that splits the first records most evenly into most columns, and how many columns it makes."""
    best = (0.0, 0, ",")
    for delimiter in DELIMITERS:
        widths = []
        try:
            for record in csv.reader(io.StringIO(text), delimiter=delimiter):
                if record:
                    widths.append(len(record))
                if len(widths) >= SAMPLE_RECORDS:
                    break
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            even = sum(width == widths[0] for width in widths) / len(widths)
            best = max(best, (round(even, 1), widths[0], delimiter))
    return (best[2], best[1]) if best[1] else (",", 1)


def read(data: bytes) -> Source:
    """The one layer of a CSV text whose first record names the columns."""
    text, encoding = decode(data)
    csv.field_size_limit(64 * 1024 * 1024)
    delimiter, _ = delimiter_of(text[:1_000_000])
    try:
        records = [record for record in csv.reader(io.StringIO(text), delimiter=delimiter) if any(record)]
    except csv.Error as error:
        raise Refusal("csv-invalid", detail=str(error)[:200]) from error
    return table(records, "CSV", encoding)


def table(records: list[list[str]], driver: str, encoding: str) -> Source:
    """The one layer of a table of texts whose first record names the columns, wherever the table stood."""
    if not records:
        raise Refusal("empty-file")
    records = whole_places(records)
    notices: list[Reason] = []
    header = unique_names(records[0], notices)
    if all(NUMBER.fullmatch(name) for name in header):
        raise Refusal("csv-no-header")
    if notices and all(code == "column-renamed" and params["column"] == "" for code, params in notices):
        header, notices = _without_empty_tail(header, records, notices)
    place = find_place(header, records[1:])
    crs_from = "columns" if place.kind in {"degrees", "pair"} else "file" if place.crs else None
    rows = _rows(header, records[1:], place)
    source = Source(driver, rows, header, encoding, crs=place.crs, crs_from=crs_from, notices=notices)
    source.place_columns = list(place.columns)
    return source


def whole_places(records: list[list[str]]) -> list[list[str]]:
    """The same table with each place in one cell: our own spreadsheets write a long one on in WKT_2, WKT_3 …"""
    header = records[0]
    last = len(header) - 1
    while last > 0 and re.fullmatch(r"WKT_\d+", header[last]):
        last -= 1
    if last == len(header) - 1 or header[last] != "WKT":
        return records
    return [[*record[:last], "".join(record[last:])] for record in records]


def _without_empty_tail(
    header: list[str], records: list[list[str]], notices: list[Reason]
) -> tuple[list[str], list[Reason]]:
    """Spreadsheets leave delimiters at the end of every line: columns without name or value are no columns."""
    width = len(header)
    while width and not records[0][width - 1].strip() and not any("".join(r[width - 1 : width]) for r in records):
        width -= 1
    return header[:width], [notice for notice in notices if notice[1]["position"] <= width]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def find_place(header: list[str], records: list[list[str]]) -> Place:
    """WKT first, then latitude and longitude, then x and y, then one column that holds "(lat, lon)"; else none."""
    plain = {_plain(name): index for index, name in reversed(list(enumerate(header)))}

    def values(index: int) -> list[str]:
        return [record[index] for record in records if index < len(record) and record[index].strip()]

    for index, name in enumerate(header):
        found = [WKT_START.match(value) for value in values(index)[:SAMPLE_RECORDS]]
        if any(found) and (_plain(name) in WKT_NAMES or all(found)):
            srids = {match["srid"] for match in found if match and match["srid"]}
            return Place("wkt", (name,), f"EPSG:{srids.pop()}" if len(srids) == 1 else None)
    for kind, y_names, x_names, crs in (
        ("degrees", LATITUDE_NAMES, LONGITUDE_NAMES, "CRS84"),
        ("metres", Y_NAMES, X_NAMES, None),
    ):
        y = next((header[plain[name]] for name in plain if name in y_names), None)
        x = next((header[plain[name]] for name in plain if name in x_names), None)
        if y and x:
            return Place(kind, (x, y), crs)
    for name in header:
        sample = values(header.index(name))[:SAMPLE_RECORDS]
        matching = sum(bool(PAIR.fullmatch(value)) for value in sample)
        if _plain(name) in PAIR_NAMES and sample and matching >= 0.8 * len(sample):
            return Place("pair", (name,), "CRS84")
    return Place("none")


def number(text: str) -> float:
    """A coordinate with a decimal point or comma; raises BadRow for anything else."""
    compact = text.strip().replace("\u00a0", "").replace(" ", "")
    if THOUSANDS.fullmatch(compact):
        compact = compact.replace(".", "")
    if not NUMBER.fullmatch(compact):
        raise BadRow("coordinate-not-a-number")
    return float(compact.replace(",", "."))


def _rows(header: list[str], records: list[list[str]], place: Place) -> Iterator[Row]:
    for position, record in enumerate(records, start=1):
        row = Row(position)
        if any(record[len(header) :]):
            row.rejected = ("csv-too-many-values", {"count": len(record), "expected": len(header)})
        elif len(record) < len(header):
            row.notes.append(("csv-too-few-values", {"count": len(record), "expected": len(header)}))
        values = {name: _cell(value) for name, value in zip(header, record, strict=False)}
        row.properties = clean_properties({name: values.get(name) for name in header}, row.notes)
        try:
            geometry = _geometry(place, row)
        except BadRow as error:
            row.rejected = row.rejected or (error.code, error.params)
        else:
            row.wkb = shapely.to_wkb(geometry) if geometry is not None else None
        for name in place.columns:
            del row.properties[name]
        yield row


def _cell(text: str) -> str | None:
    """A value without the apostrophe that our own export puts before what a spreadsheet would take for a formula."""
    return (text[1:] if FORMULA_GUARD.match(text) else text).strip() or None


def _geometry(place: Place, row: Row) -> shapely.Geometry | None:
    texts = [row.properties.get(name) for name in place.columns]
    if not any(texts):
        return None
    if not all(texts):
        raise BadRow("coordinate-missing")
    if place.kind == "wkt":
        return _from_wkt(texts[0], row.notes)
    if place.kind == "pair":
        match = PAIR.fullmatch(texts[0])
        if match is None:
            raise BadRow("coordinate-not-a-number")
        return shapely.Point(float(match[2]), float(match[1]))
    return shapely.Point(number(texts[0]), number(texts[1]))


def _from_wkt(text: str, notes: list[Reason]) -> shapely.Geometry | None:
    text = re.sub(r"^\s*SRID=\d+;", "", text, flags=re.I)
    if len(re.findall("COLLECTION", text[:10_000], re.I)) > MAX_COLLECTIONS:
        raise BadRow("wkt-invalid")
    try:
        geometry = shapely.from_wkt(text)
    except (shapely.errors.GEOSException, ValueError, RecursionError):
        try:
            geometry = shapely.from_wkt(text, on_invalid="fix")
        except (shapely.errors.GEOSException, ValueError, RecursionError) as error:
            raise BadRow("wkt-invalid") from error
        notes.append(("ring-closed", {}))
    if geometry is None:
        raise BadRow("wkt-invalid")
    if geometry.is_empty:
        notes.append(("geometry-empty", {}))
        return None
    return geometry
