"""A drawing of what an import changes: the city's outlines as on every drawing of the server, and a mark for each
record. Kind is shape and colour."""

from dataclasses import dataclass
from typing import Any

from django.db import connections

from mapping.frame import Frame
from mapping.query import BBox, Query
from mapping.selection import ground
from mapping.svg import Subject, territories
from neighbourhoods.models import City

WIDTH, HEIGHT = 640, 480


@dataclass(frozen=True)
class Mark:
    """One record on the drawing; `line` leads from where it was, when it moves."""

    kind: str
    x: float
    y: float
    name: str
    line: str = ""


@dataclass(frozen=True)
class Drawing:
    outlines: list[str]
    marks: list[Mark]
    width: int = WIDTH
    height: int = HEIGHT


def draw(city: City, changes: dict[str, list[dict[str, Any]]]) -> Drawing | None:
    """The drawing of these changes; None when none of them has a place."""
    placed = [(kind, row) for kind, rows in changes.items() for row in rows if row.get("at")]
    if not placed:
        return None
    frame = Frame.around(box_of([row["at"] for _kind, row in placed], city), WIDTH, HEIGHT)
    (layer, *_others) = (layer for layer in ground() if layer.legend.kind == "territory")
    with connections["public"].cursor() as cursor:
        areas = territories(cursor, Subject.of(Query(layer, city=city.slug)), frame)
    marks = []
    for kind, row in placed:
        x, y = at(frame, row["at"])
        line = "M{} {}L{} {}".format(*at(frame, row["was"]), x, y) if row.get("was") else ""
        marks.append(Mark(kind, x, y, row["name"], line))
    return Drawing([area.path for area in areas], marks)


def at(frame: Frame, point: list[float]) -> tuple[float, float]:
    x, y = frame.at(point[0], point[1])
    return round(x, 1), round(y, 1)


def box_of(points: list[list[float]], city: City) -> BBox:
    """The box of these points with some room round it, inside the bounds of the city."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    room = max((max(xs) - min(xs)) * 0.1, (max(ys) - min(ys)) * 0.1, 0.005)
    west, south, east, north = city.envelope.extent
    box = (max(min(xs) - room, west), max(min(ys) - room, south), min(max(xs) + room, east), min(max(ys) + room, north))
    return box if box[0] < box[2] and box[1] < box[3] else (west, south, east, north)
