"""Our own exports coming back, as they were or edited in QGIS: which columns are whose, and what is no change because
a format cannot hold it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import shapely
from django.db.models import Model
from shapely.geometry.base import BaseGeometry

from mapping.formats.naming import shortened
from mapping.importing import columns
from mapping.importing.apply import CHUNK, Store
from mapping.importing.check import Candidate
from mapping.importing.child import Reading
from mapping.importing.targets import AREA, LINE, POINT, Target
from mapping.layers import LAYERS
from neighbourhoods.geometry import same

MARKS = {"url", "licence", "updated_at"}  # columns of every layer that nobody else's file has together
SHAPEFILE = "ESRI Shapefile"
WIDEST = 254  # bytes of a text in a Shapefile
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
PLACE_COLUMN = "WKT"


def is_ours(fields: Iterable[str]) -> bool:
    """Whether a file has the columns of an export of ours."""
    return {name.casefold() for name in fields} >= MARKS


def columns_of(target: Target, fields: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Field → column for the columns that an export of ours fills, by their names, long or short; and all its columns,
    so that nothing is guessed from those that are computed."""
    present = {name.casefold(): name for name in fields}
    attributes = LAYERS[target.slug].published if target.slug in LAYERS else ()
    published = {attribute.name: attribute.path for attribute in attributes}
    listed = shortened(["id", *published, "url"])
    found, ours = {}, set()
    for name, short in listed.items():
        column = present.get(name.casefold()) or present.get(short.casefold())
        if column is None:
            continue
        ours.add(column)
        if published.get(name) in target.field_names():
            found[published[name]] = column
    return found, ours


def resolve(
    target: Target, fields: list[str], said: dict[str, str], preset: dict[str, str], remembered: dict[str, str] | None
) -> dict[str, str]:
    """As `columns.resolve`; in a file with our columns each of those is what its name says, and only the others that
    somebody added are guessed."""
    if not is_ours(fields):
        return columns.resolve(target, fields, said, preset, remembered)
    found, ours = columns_of(target, fields)
    others = [name for name in fields if name not in ours or name in said.values()]
    merged = columns.resolve(target, others, said, preset, None) | {
        field: column for field, column in found.items() if field not in said
    }
    return {name: merged[name] for name in target.field_names() if name in merged}


def in_degrees(reading: Reading) -> bool:
    """Whether a table of ours that says no CRS holds longitudes and latitudes."""
    if not is_ours(reading.fields) or not any(name.startswith(PLACE_COLUMN) for name in reading.place_columns):
        return False
    boxes = shapely.bounds(shapely.from_wkb([one.wkb for one in reading.records if one.wkb], on_invalid="ignore"))
    return len(boxes) > 0 and bool((abs(boxes[:, [0, 2]]) <= 180).all() and (abs(boxes[:, [1, 3]]) <= 90).all())


def widened(target: Target) -> Target:
    """A layer whose records may have any place keeps what it has: no kind of geometry is refused."""
    located = any(field.name == "placement" for field in target.model._meta.get_fields())
    return replace(target, kinds=(POINT, LINE, AREA)) if located else target


def settle(store: Store, candidates: list[Candidate], driver: str | None) -> None:
    """Gives back to every candidate what its format could not hold of the stored record, so that only what somebody
    edited is a change."""
    for start in range(0, len(candidates), CHUNK):
        chunk = candidates[start : start + CHUNK]
        existing = store.existing([candidate.key for candidate in chunk], own=True)
        _settle(chunk, existing, driver, store.target.multi)


def _settle(candidates: list[Candidate], existing: dict[str, Model], driver: str | None, multi: bool) -> None:
    for candidate in candidates:
        record = existing.get(candidate.key)
        if record is None:
            candidate.place = candidate.place if multi else single(candidate.place)
            continue
        for name, value in candidate.values.items():
            if no_change(getattr(record, name), value, driver):
                candidate.values[name] = getattr(record, name)
        stored = shapely.from_wkb(bytes(record.wkb)) if record.wkb is not None else None
        if same(single(stored), single(candidate.place)):
            candidate.place = stored
        elif not hasattr(stored, "geoms"):
            candidate.place = single(candidate.place)


def no_change(stored: Any, said: Any, driver: str | None) -> bool:
    """Whether two values differ by no more than a format loses: blanks at the ends, control characters, what is beyond
    the width of a column."""
    if stored is None or said is None or not isinstance(stored, str) or not isinstance(said, str):
        return not stored and not said and isinstance(stored or said, str)
    if plain(stored) == plain(said):
        return True
    cut = stored.encode()[:WIDEST].decode(errors="ignore")
    return driver == SHAPEFILE and len(stored.encode()) > WIDEST and plain(cut) == plain(said)


def plain(text: str) -> str:
    """A text without what some format loses of it."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def single(place: BaseGeometry | None) -> BaseGeometry | None:
    """A collection of one part as that part: QGIS writes every line and area as a collection."""
    parts = getattr(place, "geoms", None)
    return parts[0] if parts is not None and len(parts) == 1 else place
