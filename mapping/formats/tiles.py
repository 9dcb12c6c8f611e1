"""Tiles of our own map: GeoJSON by Web Mercator address.

A record belongs whole to the tile of its stored label point. A crowded tile has clusters: one point for each of
4 × 4 cells that holds more than one record, with its count and box; counts and records sum to the query.
"""

import math

from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from django.db.models import F, FloatField, Func, Q
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from mapping.errors import Problem
from mapping.formats.geojson import feature
from mapping.formats.rows import Plain, columns, compiled, names, quoted
from mapping.query import Query, overlaps

CROWDED = 60
CELLS = 4
DEEPEST = 22
BRIEF = ("name", "code", "precision", "example", "schematic")

NORTHMOST = 85.06  # a little beyond the grid: what lies nearer to a pole belongs to the first or last row
MERCATOR = f"ln(tan(pi() / 4 + radians(greatest(-{NORTHMOST}, least({NORTHMOST}, ST_Y(t.label)))) / 2))"
# Where the mark of a line or an area stands: its label point, as a foreign member.
MARK = """CASE WHEN ST_Dimension(t.g) > 0 THEN
  '"point":[' || round(ST_X(t.label)::numeric, 6) || ',' || round(ST_Y(t.label)::numeric, 6) || '],' ELSE '' END"""
# The records of a tile by cell, and how many each cell holds.
GATHERED = """cells AS MATERIALIZED (SELECT pk, label, {column} AS x, {row} AS y FROM ({points}) AS t(pk, label)),
groups AS (
  SELECT x, y, count(*) AS crowd, sum(count(*)) OVER () AS total, avg(ST_X(label)) AS lon, avg(ST_Y(label)) AS lat,
    concat_ws(',', min(ST_X(label)), min(ST_Y(label)), max(ST_X(label)), max(ST_Y(label))) AS box
  FROM cells GROUP BY x, y)"""
TILE = """
WITH {gathered},
clusters AS (
  SELECT '{{"type":"Feature","geometry":' || ST_AsGeoJSON(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 6, 0)
      || ',"properties":{{"cluster":true,"count":' || crowd || ',"bbox":[' || box || ']}}}}' AS line
  FROM groups WHERE total > {crowded} AND crowd > 1 ORDER BY x, y),
singles AS (
  SELECT {feature} AS line FROM {records} CROSS JOIN LATERAL (SELECT {properties}) AS p
  WHERE t.pk = ANY(ARRAY(SELECT c.pk FROM cells c JOIN groups g USING (x, y) WHERE g.total <= {crowded} OR g.crowd = 1))
  ORDER BY t.pk)
SELECT '{{"type":"FeatureCollection","features":[' || string_agg(line, ',') || ']}}'
FROM (SELECT line FROM clusters UNION ALL SELECT line FROM singles) AS lines
"""


class Longitude(Func):
    function, output_field = "ST_X", FloatField()


class Latitude(Func):
    function, output_field = "ST_Y", FloatField()


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a Web Mercator tile in degrees."""

    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z))))

    return x / 2**z * 360 - 180, latitude(y + 1), (x + 1) / 2**z * 360 - 180, latitude(y)


def check_address(z: int, x: int, y: int) -> None:
    """Raises Problem (404) for a tile outside the grid."""
    if z > DEEPEST or x >= 2**z or y >= 2**z:
        raise Problem("not-found", "This tile is outside the grid: zoom 0 to 22, x and y below 2^zoom.")


def belongs(label: str, z: int, x: int, y: int) -> Q:
    """Label points of a tile; its west and north edges are its own, so that no point is in two tiles.

    The tiles at the rim of the grid own their outer edge too, and reach to the poles.
    """
    west, south, east, north = bounds(z, x, y)
    last = 2**z - 1
    lon, lat = Longitude(F(label)), Latitude(F(label))
    inside = Q(GreaterThanOrEqual(lon, west), LessThanOrEqual(lon, 180) if x == last else LessThan(lon, east))
    inside &= Q(LessThanOrEqual(lat, 90 if y == 0 else north))
    inside &= Q(GreaterThanOrEqual(lat, -90) if y == last else GreaterThan(lat, south))
    box = (west, -90 if y == last else south, east, 90 if y == 0 else north)
    return overlaps(label, box) & inside


def place_in(z: int, x: int, y: int) -> tuple[str, str]:
    """SQL of where a label point lies in the tile, 0 to 1 from the west and from the north."""
    west, south, east, north = bounds(z, x, y)
    top, bottom = (math.log(math.tan(math.pi / 4 + math.radians(edge) / 2)) for edge in (north, south))
    return f"(ST_X(t.label) - ({west!r})) / {east - west!r}", f"(({top!r}) - {MERCATOR}) / {top - bottom!r}"


def cell(z: int, x: int, y: int) -> tuple[str, str]:
    """SQL of a label point's column and row among the cells of the tile."""
    column, row = (f"greatest(0, least({CELLS - 1}, floor({part} * {CELLS})))::int" for part in place_in(z, x, y))
    return column, row


def brief(query: Query) -> str:
    """SQL of the few properties a mark needs: its name, its state, what must be said of its place."""
    wanted = {*BRIEF, query.layer.legend.attribute}
    listed = [f"t.c{n} AS {quoted(name)}" for n, name in enumerate(names(query.layer)) if name in wanted]
    return ", ".join(listed)


def tile(cursor: CursorWrapper, query: Query, z: int, x: int, y: int) -> bytes:
    """One FeatureCollection without counts or links; empty bytes for a tile with nothing in it."""
    layer = query.layer
    here = query.rows().filter(belongs(layer.label, z, x, y)).annotate(_label=Plain(F(layer.label)))
    try:
        points, where = here.order_by().values_list("pk", "_label").query.get_compiler("public").as_sql()
        records, params = compiled(layer, columns(layer, z))
    except EmptyResultSet:
        return b""
    column, row = cell(z, x, y)
    sql = TILE.format(
        gathered=GATHERED.format(points=points, column=column, row=row),
        records=records,
        crowded=CROWDED if layer.cluster else 10**9,
        feature=feature(z, member=MARK, stored=layer.stored(z)),
        properties=brief(query),
    )
    cursor.execute(sql, (*where, *params))
    return bytes(cursor.fetchone()[0] or b"")
