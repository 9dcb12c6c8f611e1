"""Mapbox Vector Tiles, for QGIS and other programs: few attributes, the clusters of our own tiles, nothing too small.

Areas and lines are cut at the tile, so one may be in several; it is whole in none. A layer that clusters shows in a
crowded tile what the GeoJSON tile of the same address shows: a cluster has `cluster` and `count`, what reaches in from
another tile has `part`, and the counts of clusters and of single records that are no part sum to the query.
"""

from django.core.exceptions import EmptyResultSet
from django.db.backends.utils import CursorWrapper
from django.db.models import F, QuerySet

from mapping.formats.rows import Plain, Statement, columns, compiled, names, quoted
from mapping.formats.tiles import CELLS, CROWDED, GATHERED, NORTHMOST, belongs, bounds, cell, place_in
from mapping.query import Query, overlaps
from mapping.registry import Layer

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
EXTENT, BUFFER, PIXELS = 4096, 64, 256
# What a mark says: always its name and state, the rest only where it is not the usual.
USUAL = {"precision": "'exact'", "example": "false", "schematic": "false"}
SAID = ("name", "code", *USUAL)

# One call of ST_AsMVTGeom a row, and no condition on its outcome: PostgreSQL would run it twice. ST_AsMVT leaves out
# what has no geometry.
FEATURE = """
SELECT coalesce(CASE WHEN {small} THEN NULL ELSE
    ST_AsMVTGeom(ST_Transform(CASE WHEN ST_YMax(t.g) > {northmost} OR ST_YMin(t.g) < -{northmost}
      THEN ST_ClipByBox2D(t.g, ST_MakeEnvelope(-180, -{northmost}, 180, {northmost}, 4326)) ELSE t.g END, 3857),
    ST_TileEnvelope({z}, {x}, {y}), {extent}, {buffer}) END, {spot}) AS geom, t.uid AS id, {properties}"""
CLUSTERED = """
WITH {gathered},
reaching AS (
  SELECT n.pk FROM ({near}) AS n(pk, g) WHERE n.pk NOT IN (SELECT pk FROM cells) AND ST_Dimension(n.g) > 0
    AND (coalesce((SELECT max(total) FROM groups), 0) <= {crowded}
         OR greatest(ST_XMax(n.g) - ST_XMin(n.g), ST_YMax(n.g) - ST_YMin(n.g)) > {wide}))
SELECT ST_AsMVT(q, {name}, {extent}, 'geom') FROM (
  {feature}, nullif(t.pk NOT IN (SELECT pk FROM cells), false) AS part, NULL::boolean AS cluster, NULL::int AS count
  FROM {records} WHERE t.pk = ANY(ARRAY(
    SELECT c.pk FROM cells c JOIN groups g USING (x, y) WHERE g.total <= {crowded} OR g.crowd = 1
    UNION ALL SELECT pk FROM reaching))
  UNION ALL
  SELECT {middle}, NULL, {nothing}, NULL, true, t.crowd::int
  FROM (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326), crowd FROM groups WHERE total > {crowded} AND crowd > 1
        ORDER BY x, y) AS t(label, crowd)
) AS q
"""
PLAIN = "SELECT ST_AsMVT(q, {name}, {extent}, 'geom') FROM ({feature} FROM {records}) AS q"


def attributes(layer: Layer) -> dict[str, str]:
    """What a feature of this layer may say, and as which type: the columns of a tile beside its geometry."""
    wanted = {*SAID, layer.legend.attribute}
    said = {"id": "string"} | {one.name: one.type for one in layer.published if one.name in wanted}
    return said | ({"part": "boolean", "cluster": "boolean", "count": "integer"} if layer.cluster else {})


def properties(layer: Layer) -> list[str]:
    """SQL of those that come from the record, in the order of the layer; what is usual is left out."""
    wanted, listed = {*SAID, layer.legend.attribute}, []
    for number, name in enumerate(names(layer)):
        if name in wanted:
            value = f"nullif(t.c{number}, {USUAL[name]})" if name in USUAL else f"t.c{number}"
            listed.append(f"{value} AS {quoted(name)}")
    return listed


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


def compiled_rows(rows: QuerySet, *paths: str) -> Statement:
    """SQL and parameters of the key and these columns of some rows, in no order."""
    annotated = rows.order_by().annotate(**{f"_{number}": Plain(F(path)) for number, path in enumerate(paths)})
    listed = annotated.values_list("pk", *(f"_{number}" for number in range(len(paths))))
    return listed.query.get_compiler("public").as_sql()


def mvt(cursor: CursorWrapper, query: Query, z: int, x: int, y: int) -> bytes:
    """One tile of one layer; empty bytes for a tile with nothing in it.

    The address must be of the grid (`check_address`); the cursor's session must be one of the alias `public`, which
    starts no parallel workers: each would begin by loading PROJ.
    """
    try:
        sql, params = statement(query, z, x, y)
    except EmptyResultSet:
        return b""
    cursor.execute(sql, params)
    return bytes(cursor.fetchone()[0] or b"")


def statement(query: Query, z: int, x: int, y: int) -> Statement:
    """The SQL of one tile. Raises EmptyResultSet."""
    layer, listed = query.layer, properties(query.layer)
    around = overlaps(layer.geometry, reach(z, x, y))
    common = {"name": f"'{layer.slug}'", "extent": EXTENT}
    feature = FEATURE.format(
        small=small(z), northmost=NORTHMOST, z=z, x=x, y=y, extent=EXTENT, buffer=BUFFER,
        spot=spot(z, x, y) if layer.cluster else "NULL", properties=", ".join(listed),
    )  # fmt: skip
    if not layer.cluster:
        records, params = compiled(layer, query.rows(columns(layer, z)).filter(around))
        return PLAIN.format(feature=feature, records=records, **common), params
    points, where = compiled_rows(query.rows().filter(belongs(layer.label, z, x, y)), layer.label)
    near, beside = compiled_rows(query.rows().filter(around), layer.geometry)
    records, params = compiled(layer, columns(layer, z))
    column, row = cell(z, x, y)
    sql = CLUSTERED.format(
        gathered=GATHERED.format(points=points, column=column, row=row),
        near=near, crowded=CROWDED, wide=360 / 2**z / CELLS, feature=feature, records=records,
        middle=spot(z, x, y), nothing=", ".join(["NULL"] * len(listed)), **common,
    )  # fmt: skip
    return sql, (*where, *beside, *params)


def reach(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """The box of a tile and its margin in degrees; the first and the last row reach to the poles, as in our tiles."""
    west, south, east, north = bounds(z, x, y)
    wide, high = (east - west) * BUFFER / EXTENT, (north - south) * BUFFER / EXTENT
    west, east = max(-180.0, west - wide), min(180.0, east + wide)
    return west, -90 if y == 2**z - 1 else south - high, east, 90 if y == 0 else north + high
