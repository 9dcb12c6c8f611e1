"""Mapbox Vector Tiles, for QGIS and other programs: few attributes, the clusters of our own tiles, nothing too small.

Areas and lines are cut at the tile, so one may be in several; it is whole in none. A layer that clusters shows in a
crowded tile what the GeoJSON tile of the same address shows: a cluster has `cluster` and `count`, what reaches in from
another tile has `part`, and the counts of clusters and of single records that are no part sum to the query.
"""

from django.db.backends.utils import CursorWrapper

from mapping.formats.rows import Statement, quoted
from mapping.formats.tiles import (
    CELLS,
    CROWDED,
    GATHERED,
    NORTHMOST,
    Address,
    cell,
    inside,
    marks,
    matching,
    place_in,
    reach,
    said,
    tile,
)
from mapping.query import Query
from mapping.registry import Layer

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
EXTENT, BUFFER, PIXELS = 4096, 64, 256
# What a mark says only where it is not the usual.
USUAL = {"precision": "'exact'", "example": "false", "schematic": "false"}

# `reach` is how large what comes in from another tile is; null for what is the tile's own.
# One call of ST_AsMVTGeom a row, and no condition on its outcome: PostgreSQL would run it twice. ST_AsMVT leaves out
# what has no geometry.
FEATURE = """
SELECT coalesce(CASE WHEN {small} THEN NULL ELSE
    ST_AsMVTGeom(ST_Transform(CASE WHEN ST_YMax(t.g) > {northmost} OR ST_YMin(t.g) < -{northmost}
      THEN ST_ClipByBox2D(t.g, ST_MakeEnvelope(-180, -{northmost}, 180, {northmost}, 4326)) ELSE t.g END, 3857),
    ST_TileEnvelope({z}, {x}, {y}), {extent}, {buffer}) END, {spot}) AS geom, t.uid AS id, {properties}"""
CLUSTERED = """
WITH found AS MATERIALIZED (
  SELECT pk, label, CASE WHEN {inside} THEN NULL ELSE greatest(ST_XMax(g) - ST_XMin(g), ST_YMax(g) - ST_YMin(g)) END
    AS reach FROM {matching} WHERE t.g && {box}),
{gathered},
shown AS (
  SELECT c.pk, NULL::boolean AS part FROM cells c JOIN groups g USING (x, y) WHERE g.total <= {crowded} OR g.crowd = 1
  UNION ALL SELECT pk, true FROM found WHERE reach > CASE
    WHEN coalesce((SELECT max(total) FROM groups), 0) <= {crowded} THEN 0 ELSE {wide} END)
SELECT ST_AsMVT(q, {name}, {extent}, 'geom') FROM (
  {feature}, (SELECT s.part FROM shown s WHERE s.pk = t.pk) AS part, NULL::boolean AS cluster, NULL::int AS count
  FROM {records} WHERE t.pk = ANY(ARRAY(SELECT pk FROM shown))
  UNION ALL
  SELECT {middle}, NULL, {nothing}, NULL, true, t.crowd::int
  FROM (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326), crowd FROM groups WHERE total > {crowded} AND crowd > 1
        ORDER BY x, y) AS t(label, crowd)
) AS q
"""
PLAIN = """SELECT ST_AsMVT(q, {name}, {extent}, 'geom') FROM ({feature} FROM {records} WHERE t.pk IN (
  SELECT pk FROM {matching} WHERE t.g && {box})) AS q"""


def attributes(layer: Layer) -> dict[str, str]:
    """What a feature of this layer may say, and as which type: the columns of a tile beside its geometry."""
    named = {"id": "string"} | {one.name: one.type for one in said(layer)}
    return named | ({"part": "boolean", "cluster": "boolean", "count": "integer"} if layer.cluster else {})


def properties(layer: Layer) -> list[str]:
    """SQL of those that come from the record, in the order of the layer; what is usual is left out."""
    names = [one.name for one in said(layer)]
    values = [f"nullif(t.c{n}, {USUAL[name]})" if name in USUAL else f"t.c{n}" for n, name in enumerate(names)]
    return [f"{value} AS {quoted(name)}" for value, name in zip(values, names, strict=True)]


def small(z: int) -> str:
    """SQL of whether a geometry is less than a pixel wide and high at this zoom, as a point is."""
    pixel = 360 / PIXELS / 2**z
    return (
        f"(ST_XMax(t.g) - ST_XMin(t.g) < {pixel!r} AND "
        f"ST_YMax(t.g) - ST_YMin(t.g) < {pixel!r} * cos(radians(ST_Y(t.label))))"
    )


def spot(z: int, x: int, y: int) -> str:
    """SQL of a label point in the units of the tile: y goes down."""
    across, down = place_in(z, x, y)
    return f"ST_MakePoint(round(({across}) * {EXTENT}), round(({down}) * {EXTENT}))"


def mvt(cursor: CursorWrapper, query: Query, z: int, x: int, y: int) -> bytes:
    """One tile of one layer; empty bytes for a tile with nothing in it.

    The address must be of the grid (`check_address`); the cursor's session must be one of the alias `public`, which
    starts no parallel workers: each would begin by loading PROJ.
    """
    return tile(cursor, query, (z, x, y), statement)[1]


def statement(query: Query, address: Address, named: str) -> Statement:
    """The SQL of one tile. Raises EmptyResultSet."""
    layer, listed, (z, x, y) = query.layer, properties(query.layer), address
    rows, where = matching(query, named)
    records, params = marks(layer, layer.stored(z) or layer.geometry)
    common = {"name": f"'{layer.slug}'", "extent": EXTENT, "matching": rows, "records": records}
    common["box"] = reach(z, x, y, BUFFER / EXTENT)
    common["feature"] = FEATURE.format(
        small=small(z), northmost=NORTHMOST, z=z, x=x, y=y, extent=EXTENT, buffer=BUFFER,
        spot=spot(z, x, y) if layer.cluster else "NULL", properties=", ".join(listed),
    )  # fmt: skip
    if not layer.cluster:
        return PLAIN.format(**common), (*params, *where)
    column, row = cell(z, x, y)
    sql = CLUSTERED.format(
        inside=inside(z, x, y), crowded=CROWDED, wide=360 / 2**z / CELLS, middle=spot(z, x, y),
        gathered=GATHERED.format(points="found AS t", column=column, row=row, here="t.reach IS NULL"),
        nothing=", ".join(["NULL"] * len(listed)), **common,
    )  # fmt: skip
    return sql, (*where, *params)
