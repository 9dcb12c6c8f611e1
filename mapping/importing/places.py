"""From the geometry of a file to one that a layer can hold: flat, EPSG:4326, valid, of the right kind, in the city."""

import re
from dataclasses import dataclass
from typing import Any

import shapely
from django.db import DatabaseError, connection, transaction
from shapely.geometry.base import BaseGeometry

from mapping.importing.child import Record
from mapping.importing.messages import ImportRefused
from mapping.importing.rejection import Rejected
from mapping.importing.targets import Target
from neighbourhoods import geometry
from neighbourhoods.constraints import MAX_VERTICES

CODE = re.compile(r"(EPSG|ESRI):(\d{4,6})", re.I)
WGS84 = 4326
BATCH = 500
ITALY = shapely.box(6, 35, 19, 48)

Notes = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Frame:
    """Where places may be: the city's envelope (None while the city is being made), and whether Italy bounds them."""

    envelope: BaseGeometry | None
    national: bool


def srid_of(crs: str) -> int:
    """The database's number for `EPSG:n`, `ESRI:n` or `CRS84`. Raises ImportRefused for one that PostGIS lacks."""
    if crs.upper() in {"CRS84", "OGC:CRS84", "EPSG:4326"}:
        return WGS84
    match = CODE.fullmatch(crs.strip())
    if match:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT srid FROM spatial_ref_sys WHERE auth_name = %s AND auth_srid = %s AND srid > 0",
                [match[1].upper(), int(match[2])],
            )
            row = cursor.fetchone()
        if row:
            return row[0]
    raise ImportRefused("crs-unknown", crs=crs[:60])


def load(records: list[Record], srid: int | None) -> dict[int, BaseGeometry | Rejected]:
    """Row number → flat geometry in EPSG:4326, or why not. Rows without geometry are absent; notes go to the rows."""
    found: dict[int, BaseGeometry | Rejected] = {}
    for record in records:
        if record.rejected or record.wkb is None:
            continue
        try:
            found[record.number] = _parse(record.wkb, record.notes)
        except Rejected as reason:
            found[record.number] = reason
    if srid not in {None, WGS84}:
        numbers = [number for number, value in found.items() if not isinstance(value, Rejected)]
        moved = transform([found[number] for number in numbers], srid)
        found |= {
            number: Rejected("not-transformable") if place is None else place
            for number, place in zip(numbers, moved, strict=True)
        }
    return found


def _parse(wkb: bytes, notes: Notes) -> BaseGeometry:
    try:
        parsed = shapely.from_wkb(wkb)
    except (shapely.errors.GEOSException, ValueError):
        try:
            parsed = shapely.from_wkb(wkb, on_invalid="fix")
        except (shapely.errors.GEOSException, ValueError) as error:
            raise Rejected("geometry-broken") from error
        notes.append(("ring-closed", {}))
    if parsed is None:
        raise Rejected("geometry-broken")
    flat, dropped = geometry.force_2d(parsed)
    if dropped:
        notes.append(("z-dropped", {}))
    return flat


def transform(places: list[BaseGeometry], srid: int) -> list[BaseGeometry | None]:
    """The same places in EPSG:4326, computed by PostGIS in batches; None where its mathematics ends."""
    result: list[BaseGeometry | None] = []
    for start in range(0, len(places), BATCH):
        result += _transform_batch(places[start : start + BATCH], srid)
    return result


def _transform_batch(places: list[BaseGeometry], srid: int) -> list[BaseGeometry | None]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT ST_AsBinary(ST_Transform(ST_GeomFromWKB(wkb, %s), 4326))"
                " FROM unnest(%s::bytea[]) WITH ORDINALITY AS t(wkb, position) ORDER BY position",
                [srid, [shapely.to_wkb(place) for place in places]],
            )
            moved = [shapely.from_wkb(bytes(wkb)) for (wkb,) in cursor.fetchall()]
    except DatabaseError:
        if len(places) == 1:
            return [None]
        half = len(places) // 2
        return _transform_batch(places[:half], srid) + _transform_batch(places[half:], srid)
    return [place if shapely.is_empty(place) or geometry.on_globe(place) else None for place in moved]


def fit(place: BaseGeometry, target: Target, frame: Frame, notes: Notes) -> BaseGeometry | None:
    """A geometry as the layer stores it; None when it is empty. Raises Rejected; says every change in `notes`."""
    if shapely.is_empty(place):
        if not any(code == "geometry-empty" for code, _ in notes):
            notes.append(("geometry-empty", {}))
        return None
    if not geometry.on_globe(place):
        raise Rejected("off-globe")
    _in_the_city(place, frame)
    _short_enough(place)
    reason = shapely.is_valid_reason(place)
    place, repaired = geometry.repair(place)
    if repaired:
        if shapely.is_empty(place):
            raise Rejected("geometry-nothing-left")
        notes.append(("geometry-repaired", {"reason": reason[:100]}))
    place, dropped = geometry.keep_kind(place)
    if shapely.is_empty(place):
        raise Rejected("geometry-nothing-left")
    if dropped:
        notes.append(("parts-dropped", {"kept": place.geom_type}))
    if geometry.kind_of(place) not in target.kinds:
        raise Rejected("geometry-wrong-type", found=place.geom_type, wanted=", ".join(target.kinds))
    _short_enough(place)
    place = geometry.orient(geometry.to_multi(place) if target.multi else place)
    return place


def _short_enough(place: BaseGeometry) -> None:
    vertices = int(shapely.get_num_coordinates(place))
    if vertices > MAX_VERTICES:
        raise Rejected("geometry-too-long", count=vertices, limit=MAX_VERTICES)


def _in_the_city(place: BaseGeometry, frame: Frame) -> None:
    """Raises Rejected when a place does not touch the city; hints when it would with its coordinates exchanged."""
    if frame.envelope is not None and not shapely.intersects(frame.envelope, shapely.box(*shapely.bounds(place))):
        other = shapely.box(*shapely.bounds(geometry.swapped(place)))
        raise Rejected("outside-city-swapped" if shapely.intersects(frame.envelope, other) else "outside-city")
    if frame.national and not shapely.covers(ITALY, shapely.box(*shapely.bounds(place))):
        raise Rejected("outside-italy")
