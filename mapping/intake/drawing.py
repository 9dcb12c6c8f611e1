"""A drawing of what an import changes: the city's outlines and a mark for each record. Kind is shape and colour."""

import math
from dataclasses import dataclass
from typing import Any

from django.db import connection

from neighbourhoods.models import City
from neighbourhoods.vocabulary import Role

WIDTH, HEIGHT = 640, 480
MARGIN = 16
OUTLINES = """SELECT ST_AsSVG(ST_Affine(ST_SimplifyPreserveTopology(n.boundary, %(fine)s), %(kx)s, 0, 0, %(ky)s,
  %(tx)s, %(ty)s), 0, 1) FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition p ON p.id = n.partition_id
  WHERE p.city_id = %(city)s AND p.current AND p.role = %(role)s AND n.visibility = 'public'"""


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
    west, south, east, north = box_of([row["at"] for _kind, row in placed], city)
    middle = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * middle), (HEIGHT - 2 * MARGIN) / (north - south))
    kx, ky = scale * middle, scale
    tx, ty = WIDTH / 2 - (west + east) / 2 * kx, HEIGHT / 2 - (south + north) / 2 * ky

    def at(point: list[float]) -> tuple[float, float]:
        return round(point[0] * kx + tx, 1), round(HEIGHT - (point[1] * ky + ty), 1)

    with connection.cursor() as cursor:
        cursor.execute(OUTLINES, {
            "city": city.pk, "role": Role.PRIMARY, "fine": 0.7 / scale, "kx": kx, "ky": ky, "tx": tx, "ty": ty
        })  # fmt: skip
        outlines = [path for (path,) in cursor.fetchall() if path]
    marks = []
    for kind, row in placed:
        x, y = at(row["at"])
        line = "M{} {}L{} {}".format(*at(row["was"]), x, y) if row.get("was") else ""
        marks.append(Mark(kind, x, y, row["name"], line))
    return Drawing(outlines, marks)


def box_of(points: list[list[float]], city: City) -> tuple[float, float, float, float]:
    """The box of these points with some room round it, inside the bounds of the city."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    room = max((max(xs) - min(xs)) * 0.1, (max(ys) - min(ys)) * 0.1, 0.005)
    west, south, east, north = city.envelope.extent
    box = (max(min(xs) - room, west), max(min(ys) - room, south), min(max(xs) + room, east), min(max(ys) + room, north))
    return box if box[0] < box[2] and box[1] < box[3] else (west, south, east, north)
