"""Tiles of our own map: GeoJSON by Web Mercator address.

A record belongs whole to the tile of its stored label point. A crowded tile has clusters: one point for each of
4 × 4 cells that holds more than one record, with its count and box; counts and records sum to the query.
"""

import math
from collections.abc import Callable
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from mapping.errors import Problem
from mapping.formats.geojson import feature
from mapping.formats.rows import REMEMBERED, Plain, Statement, quoted
from mapping.keys import by_keys
from mapping.query import Query
from mapping.registry import Attribute, Layer
from mapping.versions import VERSION
from neighbourhoods.models import City, Neighbourhood

Address = tuple[int, int, int]
Maker = Callable[[Query, Address, str], Statement]
CROWDED = 60
CELLS = 4
DEEPEST = 22
BRIEF = ("name", "code", "precision", "example", "schematic")

NAMES = [City._meta.db_table, Neighbourhood._meta.db_table]  # of these a query names records
_named: dict[str, str] = {}  # their version, as this process saw it last

NORTHMOST = 85.06  # a little beyond the grid: what lies nearer to a pole belongs to the first or last row
MERCATOR = f"ln(tan(pi() / 4 + radians(greatest(-{NORTHMOST}, least({NORTHMOST}, ST_Y(t.label)))) / 2))"
# Where the mark of a line or an area stands: its label point, as a foreign member.
MARK = """CASE WHEN ST_Dimension(t.g) > 0 THEN
  '"point":[' || round(ST_X(t.label)::numeric, 6) || ',' || round(ST_Y(t.label)::numeric, 6) || '],' ELSE '' END"""
# The records of a tile by cell, and how many each cell holds.
GATHERED = """cells AS MATERIALIZED (SELECT pk, label, {column} AS x, {row} AS y FROM {points} WHERE {here}),
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


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a Web Mercator tile in degrees."""

    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z))))

    return x / 2**z * 360 - 180, latitude(y + 1), (x + 1) / 2**z * 360 - 180, latitude(y)


def check_address(z: int, x: int, y: int) -> None:
    """Raises Problem (404) for a tile outside the grid."""
    if z > DEEPEST or x >= 2**z or y >= 2**z:
        raise Problem("not-found", "This tile is outside the grid: zoom 0 to 22, x and y below 2^zoom.")


def inside(z: int, x: int, y: int) -> str:
    """SQL of whether a label point is the tile's; its west and north edges are its own, so that none is in two tiles.

    The tiles at the rim of the grid own their outer edge too, and reach to the poles.
    """
    west, south, east, north = bounds(z, x, y)
    last = 2**z - 1
    lon, lat = "ST_X(t.label)", "ST_Y(t.label)"
    across = f"{lon} >= {west!r} AND {lon} {'<= 180' if x == last else f'< {east!r}'}"
    down = f"{lat} <= {90 if y == 0 else repr(north)} AND {lat} {'>= -90' if y == last else f'> {south!r}'}"
    return f"({across} AND {down})"


def reach(z: int, x: int, y: int, margin: float = 0.0) -> str:
    """SQL of the box of a tile, wider by this part of its size; the first and last rows reach to the poles."""
    west, south, east, north = bounds(z, x, y)
    wide, high = (east - west) * margin, (north - south) * margin
    west, east = max(-180.0, west - wide), min(180.0, east + wide)
    south, north = (-90 if y == 2**z - 1 else south - high), (90 if y == 0 else north + high)
    return f"ST_MakeEnvelope({west!r}, {south!r}, {east!r}, {north!r}, 4326)"


def place_in(z: int, x: int, y: int) -> tuple[str, str]:
    """SQL of where a label point lies in the tile, 0 to 1 from the west and from the north."""
    west, south, east, north = bounds(z, x, y)
    top, bottom = (math.log(math.tan(math.pi / 4 + math.radians(edge) / 2)) for edge in (north, south))
    return f"(ST_X(t.label) - ({west!r})) / {east - west!r}", f"(({top!r}) - {MERCATOR}) / {top - bottom!r}"


def cell(z: int, x: int, y: int) -> tuple[str, str]:
    """SQL of a label point's column and row among the cells of the tile."""
    column, row = (f"greatest(0, least({CELLS - 1}, floor({part} * {CELLS})))::int" for part in place_in(z, x, y))
    return column, row


def said(layer: Layer) -> tuple[Attribute, ...]:
    """The few attributes of a mark: its name, its state, what must be said of its place."""
    return tuple(one for one in layer.published if one.name in {*BRIEF, *layer.states})


@lru_cache(maxsize=REMEMBERED)
def matching(query: Query, named: str) -> Statement:
    """SQL of the matching records as t(pk, g, label), remembered: Django takes longer to write it than PostgreSQL to
    read a tile. It holds whatever the records are, as long as names mean what they meant in the version `named`."""
    layer = query.layer
    rows = by_keys(query).order_by().annotate(_g=Plain(F(layer.geometry)), _label=Plain(F(layer.label)))
    sql, params = rows.values_list("pk", "_g", "_label").query.get_compiler("public").as_sql()
    return f"({sql}) AS t(pk, g, label)", params


@lru_cache(maxsize=REMEMBERED)
def marks(layer: Layer, column: str) -> Statement:
    """SQL of all records of a layer as t(pk, uid, g, label, c0 …) with the attributes of a mark, no other: each may ask
    for another table. `column` is the field of the geometry."""
    rows = layer.queryset().order_by().annotate(_g=Plain(F(column)), _label=Plain(F(layer.label)))
    paths = [attribute.path for attribute in said(layer)]
    sql, params = rows.values_list("pk", "uid", "_g", "_label", *paths).query.get_compiler("public").as_sql()
    listed = ", ".join(["pk", "uid", "g", "label", *(f"c{number}" for number in range(len(paths)))])
    return f"({sql}) AS t({listed})", params


def statement(query: Query, address: Address, named: str) -> Statement:
    """The SQL of one tile. Raises EmptyResultSet."""
    layer, (z, x, y) = query.layer, address
    points, where = matching(query, named)
    records, params = marks(layer, layer.stored(z) or layer.geometry)
    column, row = cell(z, x, y)
    here = f"t.label && {reach(z, x, y)} AND {inside(z, x, y)}"
    sql = TILE.format(
        gathered=GATHERED.format(points=points, column=column, row=row, here=here),
        records=records,
        crowded=CROWDED if layer.cluster else 10**9,
        feature=feature(z, member=MARK, stored=layer.stored(z)),
        properties=", ".join(f"t.c{n} AS {quoted(one.name)}" for n, one in enumerate(said(layer))),
    )
    return sql, (*where, *params)


def tile(cursor: CursorWrapper, query: Query, address: Address, make: Maker = statement) -> tuple[str, bytes]:
    """The version of the layer and one tile by one statement, which is a snapshot by itself.

    A FeatureCollection without counts or links, or what else `make` makes; empty bytes for a tile with nothing in it.
    The keys of what the query names are in the statement, so it says the version of the names too: where that is not
    the one known before, they are looked up, and it is asked again.
    """
    tables = query.layer.tables
    while True:
        named = _named.get(cursor.db.alias, "")
        try:
            sql, params = make(query, address, named)
        except EmptyResultSet:
            sql, params = "NULL", ()
        versions = f"({VERSION})::text, ({VERSION})::text"
        cursor.execute(f"SELECT {versions}, ({sql})", (NAMES, NAMES, tables, tables, *params))
        now, seen, body = cursor.fetchone()
        if text_of(now) == named:
            return text_of(seen), bytes(body or b"")
        _named[cursor.db.alias] = text_of(now)


def text_of(said: bytes | str) -> str:
    """A text as the cursor gives it (`text_as_bytes`), decoded."""
    return said.decode() if isinstance(said, bytes) else said
