"""GeoJSON, read by the letter of RFC 7946 and without GDAL, which turns what it does not understand into nothing.

Refused as a whole: what is not JSON, NaN and Infinity, a `crs` member that is a link. Rejected or repaired row by row,
and always said: everything else.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NoReturn

import numpy
import shapely

from .records import BadRow, Reason, Refusal, Row, Source, clean_properties

NAMED_CRS = re.compile(r"(?:urn:ogc:def:crs:)?(?:EPSG:(?:[\d.]*:)?(?P<code>\d{4,6})|OGC:(?:1\.3:|:)?CRS84|CRS84)", re.I)
MAX_NESTED_COLLECTIONS = 4


class Doubled(dict):
    """A JSON object in which a name stands twice: nobody can know which value was meant."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    return content if len(content) == len(pairs) else Doubled(content)


def _no_constant(name: str) -> NoReturn:
    raise Refusal("json-constant", constant=name)


def parse(text: str) -> Any:
    """Strict JSON: no NaN or Infinity, no number longer than Python reads, no nesting deeper than it reads."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Refusal("json-invalid", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise Refusal("json-too-deep") from error
    except ValueError as error:
        raise Refusal("json-number-too-long") from error


def read(data: bytes) -> Source:
    """The one layer of a GeoJSON text: a FeatureCollection, a Feature, a bare geometry, or a sequence of features."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("not-utf-8", position=error.start) from error
    driver = "GeoJSON"
    if text.startswith("\x1e") or _is_sequence(text):
        driver = "GeoJSONSeq"
        content: Any = {"type": "FeatureCollection", "features": [parse(line) for line in _lines(text)]}
    else:
        content = parse(text)
    if not isinstance(content, dict):
        raise Refusal("geojson-shape")
    if isinstance(content, Doubled):
        raise Refusal("json-doubled-name")
    kind = content.get("type")
    if kind == "FeatureCollection":
        features = content.get("features")
        if not isinstance(features, list):
            raise Refusal("geojson-shape")
    elif kind == "Feature":
        features = [content]
    elif isinstance(kind, str) and kind in BUILDERS:
        features = [{"type": "Feature", "properties": {}, "geometry": content}]
    else:
        raise Refusal("geojson-shape")
    fields = list(dict.fromkeys(chain.from_iterable(_names(feature) for feature in features)))
    crs = _crs(content)
    return Source(driver, _rows(features), fields, crs=crs, crs_from="file" if crs else None)


def _lines(text: str) -> list[str]:
    return [line for line in (part.strip("\x1e \t\r") for part in text.split("\n")) if line]


def _is_sequence(text: str) -> bool:
    """Newline-delimited features: the first line is a whole object and another one follows."""
    first, _, rest = text.lstrip().partition("\n")
    if not (first.startswith("{") and first.rstrip().endswith("}") and rest.lstrip().startswith("{")):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _names(feature: Any) -> list[str]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return list(properties) if isinstance(properties, dict) else []


def _crs(content: dict[str, Any]) -> str | None:
    """CRS84 unless the old `crs` member names another; a member that is null, as of old, means unknown."""
    if "crs" not in content:
        return "CRS84"
    member = content["crs"]
    if member is None:
        return None
    name = member.get("properties", {}).get("name") if isinstance(member, dict) and member.get("type") == "name" else ""
    match = NAMED_CRS.fullmatch(name.strip()) if isinstance(name, str) else None
    if match is None:
        raise Refusal("crs-member")
    code = match["code"]
    return f"EPSG:{code}" if code and code != "4326" else "CRS84"


def _rows(features: list[Any]) -> Iterator[Row]:
    for number, feature in enumerate(features, start=1):
        row = Row(number)
        try:
            _fill(row, feature)
        except BadRow as error:
            row.rejected, row.wkb = (error.code, error.params), None
        yield row


def _fill(row: Row, feature: Any) -> None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BadRow("not-a-feature")
    properties = feature.get("properties")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise BadRow("properties-shape")
    row.properties = clean_properties(properties, row.notes)
    identifier = feature.get("id")
    if isinstance(identifier, str | int | float) and not isinstance(identifier, bool):
        row.id = clean_properties({"id": str(identifier)}, row.notes)["id"]
    elif identifier is not None:
        row.notes.append(("feature-id-ignored", {}))
    if any(isinstance(part, Doubled) for part in (feature, properties, feature.get("geometry"))):
        raise BadRow("json-doubled-name")
    if feature.get("geometry") is not None:
        geometry = build(feature["geometry"], row.notes)
        row.wkb = shapely.to_wkb(geometry) if geometry is not None else None


def build(geometry: Any, notes: list[Reason], depth: int = 0) -> shapely.Geometry | None:
    """A Shapely geometry in two or three dimensions; None, and a note, when it is empty. Raises BadRow."""
    if not isinstance(geometry, dict) or geometry.get("type") not in BUILDERS:
        raise BadRow("geometry-type-unknown")
    kind = geometry["type"]
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        if not isinstance(members, list) or depth >= MAX_NESTED_COLLECTIONS:
            raise BadRow("wrong-nesting")
        parts = [build(member, notes, depth + 1) for member in members]
        found = [part for part in parts if part is not None]
        return shapely.GeometryCollection(found) if found else None
    raw = geometry.get("coordinates")
    if not isinstance(raw, list):
        raise BadRow("wrong-nesting")
    if not raw:
        notes.append(("geometry-empty", {}))
        return None
    return BUILDERS[kind](raw, notes)


def positions(raw: Any, notes: list[Reason], least: int = 1) -> numpy.ndarray:
    """Positions as an array of shape (n, 2) or (n, 3). Raises BadRow for text, holes, infinity or wrong nesting."""
    if not isinstance(raw, list) or not all(type(position) is list for position in raw):
        raise BadRow("wrong-nesting")
    lengths = set(map(len, raw))
    kinds = set(map(type, chain.from_iterable(raw)))
    if list in kinds or min(lengths, default=2) < 2:
        raise BadRow("wrong-nesting")
    if not kinds <= {int, float}:
        raise BadRow("coordinate-not-a-number")
    if len(raw) < least:
        raise BadRow("too-few-positions")
    if len(lengths) > 1 or max(lengths) > 3:
        kept = min(3, *lengths)
        notes.append(("dimensions-dropped", {}))
        raw = [position[:kept] for position in raw]
    try:
        array = numpy.array(raw, dtype=float)
    except OverflowError as error:
        raise BadRow("coordinate-not-finite") from error
    if not numpy.isfinite(array).all():
        raise BadRow("coordinate-not-finite")
    return array


def _ring(raw: Any, notes: list[Reason]) -> numpy.ndarray:
    array = positions(raw, notes, least=3)
    if not (array[0, :2] == array[-1, :2]).all():
        notes.append(("ring-closed", {}))
        array = numpy.vstack([array, array[:1]])
    if len(array) < 4:
        raise BadRow("ring-too-short")
    return array


def _polygon(raw: Any, notes: list[Reason]) -> shapely.Polygon:
    if not isinstance(raw, list) or not raw:
        raise BadRow("wrong-nesting")
    shell, *holes = (_ring(ring, notes) for ring in raw)
    return shapely.Polygon(shell, holes)


def _each(raw: list[Any], make: Callable[[Any, list[Reason]], Any], notes: list[Reason]) -> list[Any]:
    return [make(part, notes) for part in raw]


def _line(raw: Any, notes: list[Reason]) -> shapely.LineString:
    return shapely.LineString(positions(raw, notes, least=2))


BUILDERS: dict[str, Callable[[Any, list[Reason]], Any]] = {
    "Point": lambda raw, notes: shapely.Point(positions([raw], notes)[0]),
    "MultiPoint": lambda raw, notes: shapely.MultiPoint(positions(raw, notes)),
    "LineString": _line,
    "MultiLineString": lambda raw, notes: shapely.MultiLineString(_each(raw, _line, notes)),
    "Polygon": _polygon,
    "MultiPolygon": lambda raw, notes: shapely.MultiPolygon(_each(raw, _polygon, notes)),
    "GeometryCollection": lambda raw, notes: None,
}
