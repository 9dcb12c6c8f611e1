"""The small map beside the queue: the city's outlines and what the queue holds, counted by cell, drawn by PostGIS."""

import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, FloatField, Func, QuerySet

from commons.desk.door import Desk
from neighbourhoods.vocabulary import Role as Part

SMALL, LARGE = (480, 480), (1120, 720)
CELL = 40  # pixels: records nearer to each other than this are counted together

FRAME = """SELECT coalesce(ST_XMin(e), %(w)s), coalesce(ST_YMin(e), %(s)s), coalesce(ST_XMax(e), %(e)s),
  coalesce(ST_YMax(e), %(n)s) FROM (SELECT ST_Extent(n.boundary) AS e FROM neighbourhoods_neighbourhood n
  JOIN neighbourhoods_partition p ON p.id = n.partition_id
  WHERE p.city_id = %(city)s AND p.current AND p.role = %(role)s AND n.visibility = 'public') AS t"""
OUTLINES = """SELECT ST_AsSVG(ST_Affine(ST_SimplifyPreserveTopology(n.boundary, %(fine)s), %(kx)s, 0, 0, %(ky)s,
  %(tx)s, %(ty)s), 0, 1) FROM neighbourhoods_neighbourhood n JOIN neighbourhoods_partition p ON p.id = n.partition_id
  WHERE p.city_id = %(city)s AND p.current AND p.role = %(role)s AND n.visibility = 'public'"""
CELLS = """SELECT floor((q.lon * {kx} + {tx}) / {cell})::int AS cx, floor((q.lat * {ky} + {ty}) / {cell})::int AS cy,
  count(*), avg(q.lon), avg(q.lat), min(q.uid), min(q.name)
  FROM ({inner}) AS q (uid, name, lon, lat) WHERE q.lon IS NOT NULL GROUP BY 1, 2 ORDER BY 3 LIMIT 900"""


@dataclass(frozen=True)
class Spot:
    """One mark: where on the drawing, how many records, the only one's uid and name, and its box in EPSG:4326."""

    x: float
    y: float
    count: int
    uid: str
    name: str
    box: str

    @property
    def radius(self) -> float:
        return 6 if self.count == 1 else min(18.0, 8 + 2 * math.log2(self.count))


@dataclass(frozen=True)
class Plan:
    outlines: list[str]
    spots: list[Spot]
    width: int
    height: int


def draw_plan(desk: Desk, records: QuerySet, box: str = "", large: bool = False) -> Plan:
    """The map of these records, in the box if one is given, else in the city. Three statements."""
    width, height = LARGE if large else SMALL
    west, south, east, north = (float(one) for one in box.split(",")) if box else frame(desk)
    middle = math.cos(math.radians((south + north) / 2))
    scale = min((width - 16) / max((east - west) * middle, 1e-6), (height - 16) / max(north - south, 1e-6))
    kx, ky = scale * middle, scale
    # y grows upwards here, downwards in the drawing.
    tx, ty = width / 2 - (west + east) / 2 * kx, height / 2 - (south + north) / 2 * ky
    place = {"kx": kx, "ky": ky, "tx": tx, "ty": ty}
    points = records.order_by().annotate(lon=coordinate("ST_X"), lat=coordinate("ST_Y"))
    inner, given = points.values_list("uid", "name", "lon", "lat").query.sql_with_params()
    with connection.cursor() as cursor:
        asked = {"city": desk.city.pk, "role": Part.PRIMARY, "fine": 0.7 / scale} | place
        cursor.execute(OUTLINES, asked)
        outlines = [path for (path,) in cursor.fetchall() if path]
        cursor.execute(CELLS.format(inner=inner, cell=CELL, **place), given)
        rows = cursor.fetchall()
    return Plan(outlines, [spot(row, place, height) for row in rows], width, height)


def coordinate(function: str) -> Func:
    return Func(F("label_point"), function=function, output_field=FloatField())


def frame(desk: Desk) -> tuple[float, float, float, float]:
    """The box of the city's neighbourhoods, or its envelope where none is loaded."""
    west, south, east, north = desk.city.envelope.extent
    asked = {"city": desk.city.pk, "role": Part.PRIMARY, "w": west, "s": south, "e": east, "n": north}
    with connection.cursor() as cursor:
        cursor.execute(FRAME, asked)
        return cursor.fetchone()


def spot(row: tuple, place: dict[str, float], height: int) -> Spot:
    cx, cy, count, lon, lat, uid, name = row
    sides = [
        (cx * CELL - place["tx"]) / place["kx"], (cy * CELL - place["ty"]) / place["ky"],
        ((cx + 1) * CELL - place["tx"]) / place["kx"], ((cy + 1) * CELL - place["ty"]) / place["ky"],
    ]  # fmt: skip
    x, y = lon * place["kx"] + place["tx"], height - (lat * place["ky"] + place["ty"])
    return Spot(round(x, 1), round(y, 1), count, uid, name, ",".join(f"{side:.6f}" for side in sides))
