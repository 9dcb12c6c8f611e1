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


@dataclass(frozen=True)
class Sheet:
    """A drawing of so many pixels on which a box of degrees fits: lon · kx + tx to the right, lat · ky + ty upwards.

    The drawing itself counts y downwards.
    """

    width: int
    height: int
    kx: float
    ky: float
    tx: float
    ty: float

    @classmethod
    def around(cls, box: tuple[float, float, float, float], size: tuple[int, int]) -> "Sheet":
        (west, south, east, north), (width, height) = box, size
        middle = math.cos(math.radians((south + north) / 2))
        ky = min((width - 16) / max((east - west) * middle, 1e-6), (height - 16) / max(north - south, 1e-6))
        kx = ky * middle
        return cls(width, height, kx, ky, width / 2 - (west + east) / 2 * kx, height / 2 - (south + north) / 2 * ky)

    @property
    def place(self) -> dict[str, float]:
        return {"kx": self.kx, "ky": self.ky, "tx": self.tx, "ty": self.ty}

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return round(lon * self.kx + self.tx, 1), round(self.height - (lat * self.ky + self.ty), 1)

    def outlines(self, desk: Desk) -> list[str]:
        """The city's neighbourhoods as SVG paths. One statement."""
        with connection.cursor() as cursor:
            asked = {"city": desk.city.pk, "role": Part.PRIMARY, "fine": 0.7 / self.ky} | self.place
            cursor.execute(OUTLINES, asked)
            return [path for (path,) in cursor.fetchall() if path]


def draw_plan(desk: Desk, records: QuerySet, box: str = "", large: bool = False) -> Plan:
    """The map of these records, in the box if one is given, else in the city. Three statements."""
    asked = tuple(float(one) for one in box.split(",")) if box else frame(desk)
    sheet = Sheet.around(asked, LARGE if large else SMALL)
    points = records.order_by().annotate(lon=coordinate("ST_X"), lat=coordinate("ST_Y"))
    inner, given = points.values_list("uid", "name", "lon", "lat").query.sql_with_params()
    outlines = sheet.outlines(desk)
    with connection.cursor() as cursor:
        cursor.execute(CELLS.format(inner=inner, cell=CELL, **sheet.place), given)
        rows = cursor.fetchall()
    return Plan(outlines, [spot(row, sheet) for row in rows], sheet.width, sheet.height)


def coordinate(function: str) -> Func:
    return Func(F("label_point"), function=function, output_field=FloatField())


def frame(desk: Desk) -> tuple[float, float, float, float]:
    """The box of the city's neighbourhoods, or its envelope where none is loaded."""
    west, south, east, north = desk.city.envelope.extent
    asked = {"city": desk.city.pk, "role": Part.PRIMARY, "w": west, "s": south, "e": east, "n": north}
    with connection.cursor() as cursor:
        cursor.execute(FRAME, asked)
        return cursor.fetchone()


def spot(row: tuple, sheet: Sheet) -> Spot:
    cx, cy, count, lon, lat, uid, name = row
    sides = [
        (cx * CELL - sheet.tx) / sheet.kx, (cy * CELL - sheet.ty) / sheet.ky,
        ((cx + 1) * CELL - sheet.tx) / sheet.kx, ((cy + 1) * CELL - sheet.ty) / sheet.ky,
    ]  # fmt: skip
    return Spot(*sheet.at(lon, lat), count, uid, name, ",".join(f"{side:.6f}" for side in sides))
