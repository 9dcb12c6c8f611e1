"""Pure functions on Shapely geometries in EPSG:4326 degrees, x = longitude. They read no database and no clock.

Whatever changes a geometry returns, beside the new one, whether it changed anything: who calls must be able to say so.
"""

import math
from collections.abc import Iterable, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

# Half of the sixth decimal that is published, on both axes (about 7 cm): what no published coordinate can tell apart.
SAME_PLACE = 7.2e-7
DIMENSION = {"point": 0, "line": 1, "area": 2}
MULTI = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
NESTED_AT_MOST = 8


def force_2d(geometry: BaseGeometry) -> tuple[BaseGeometry, bool]:
    """Without heights (Z) and measures (M)."""
    if shapely.has_z(geometry) or shapely.has_m(geometry):
        return shapely.force_2d(geometry), True
    return geometry, False


def repair(geometry: BaseGeometry) -> tuple[BaseGeometry, bool]:
    """A valid geometry. A bow-tie becomes its two triangles, a hole outside its shell an area of its own; parts that
    collapse (a line of no length) vanish, so that the result can be empty."""
    if shapely.is_valid(geometry):
        return geometry, False
    whole = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    if not shapely.is_valid(whole):  # GEOS can leave two parts that share an edge
        whole = shapely.make_valid(shapely.union_all(shapely.get_parts(shapely.buffer(whole, 0))))
    return whole, True


def parts(geometry: BaseGeometry, depth: int = 0) -> list[BaseGeometry]:
    """The points, lines and polygons that a geometry is made of, collections opened up to a sane depth."""
    if shapely.is_empty(geometry):
        return []
    if geometry.geom_type == "GeometryCollection" and depth < NESTED_AT_MOST:
        return [part for member in geometry.geoms for part in parts(member, depth + 1)]
    return list(shapely.get_parts(geometry))


def kind_of(geometry: BaseGeometry) -> str:
    """point, line or area: that of the parts of highest dimension."""
    dimension = shapely.get_dimensions(geometry)
    return next((kind for kind, value in DIMENSION.items() if value == dimension), "point")


def keep_kind(geometry: BaseGeometry) -> tuple[BaseGeometry, bool]:
    """Only the parts of the highest dimension, as one plain or Multi geometry. True when others were dropped."""
    if geometry.geom_type != "GeometryCollection":
        return geometry, False
    found = parts(geometry)
    kept = [part for part in found if shapely.get_dimensions(part) == DIMENSION[kind_of(geometry)]]
    if not kept:
        return shapely.GeometryCollection(), len(found) > 0
    joined = kept[0] if len(kept) == 1 else MULTI[kept[0].geom_type](kept)
    return joined, len(kept) < len(found)


def to_multi(geometry: BaseGeometry) -> BaseGeometry:
    """The Multi type of a plain one; the same place. Multi types and collections are left alone."""
    multi = MULTI.get(geometry.geom_type)
    return multi([geometry]) if multi else geometry


def orient(geometry: BaseGeometry) -> BaseGeometry:
    """Outer rings counter-clockwise, inner ones clockwise (RFC 7946 §3.1.6); the same place."""
    return shapely.orient_polygons(geometry, exterior_cw=False)


def same(one: BaseGeometry | None, other: BaseGeometry | None, tolerance: float = SAME_PLACE) -> bool:
    """Whether two geometries have the same vertices, none further apart than `tolerance` degrees. Type counts."""
    if one is None or other is None:
        return one is other
    if shapely.equals_exact(one, other, tolerance):
        return True
    return bool(shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), tolerance))


def swapped(geometry: BaseGeometry) -> BaseGeometry:
    """With latitude and longitude exchanged: what somebody meant who wrote them in the other order."""
    return shapely.transform(geometry, lambda coordinates: coordinates[:, ::-1])


def on_globe(geometry: BaseGeometry) -> bool:
    """Every coordinate finite, longitude within 180 and latitude within 90 degrees."""
    west, south, east, north = shapely.bounds(geometry)
    finite = all(map(math.isfinite, (west, south, east, north)))
    return bool(finite and west >= -180 and east <= 180 and south >= -90 and north <= 90)


def flattened(geometry: BaseGeometry) -> BaseGeometry:
    """Longitudes shrunk by the cosine of the middle latitude, so that lengths and areas may be compared with each other
    (not read in metres). For a city the error of a share is far below one in a million."""
    _, south, _, north = shapely.bounds(geometry)
    shrink = math.cos(math.radians((south + north) / 2))
    return shapely.transform(geometry, lambda coordinates: coordinates * (shrink, 1.0))


def share(geometry: BaseGeometry, territory: BaseGeometry) -> float:
    """How much of a geometry lies in a territory, 0 to 1: of its points, its length or its area. Borders belong."""
    if shapely.covers(territory, geometry):
        return 1.0
    dimension = shapely.get_dimensions(geometry)
    inside = shapely.intersection(geometry, territory)
    if dimension == 0:
        return shapely.get_num_geometries(inside) / shapely.get_num_geometries(geometry) if not inside.is_empty else 0.0
    measure = shapely.length if dimension == 1 else shapely.area
    whole = measure(flattened(geometry))
    return float(measure(flattened(inside)) / whole) if whole and not inside.is_empty else 0.0


def cover(geometry: BaseGeometry, territories: Mapping[str, BaseGeometry]) -> list[tuple[str, float]]:
    """Code and share of every territory that holds part of a geometry, the largest share first, ties by code."""
    found = ((code, round(share(geometry, territory), 6)) for code, territory in territories.items())
    return sorted(((code, part) for code, part in found if part > 0), key=lambda item: (-item[1], item[0]))


def label_point(geometry: BaseGeometry) -> shapely.Point:
    """Where a name may stand: the middle of the widest place of the largest area, the middle of the longest line, or
    the point nearest to the centre of the others. Always on the geometry."""
    pieces = [part for part in parts(geometry) if shapely.get_dimensions(part) == shapely.get_dimensions(geometry)]
    kind = kind_of(geometry)
    if kind == "area":
        widest = max(pieces, key=shapely.area)
        west, south, east, north = shapely.bounds(widest)
        line = shapely.maximum_inscribed_circle(widest, tolerance=max(east - west, north - south) / 100)
        return shapely.Point(line.coords[0])
    if kind == "line":
        return shapely.line_interpolate_point(max(pieces, key=shapely.length), 0.5, normalized=True)
    centre = shapely.centroid(geometry)
    return min(pieces, key=lambda point: (shapely.distance(point, centre), point.x, point.y))


def extent(geometries: Iterable[BaseGeometry], margin: float = 0.1) -> shapely.Polygon:
    """The box around geometries, wider on each side by `margin` of its size and by a kilometre at least, on the globe.

    Raises ValueError without geometries.
    """
    found = list(geometries)
    if not found:
        raise ValueError("An extent needs at least one geometry.")
    west, south, east, north = shapely.total_bounds(found)
    wide, high = max((east - west) * margin, 0.013), max((north - south) * margin, 0.009)
    return shapely.box(max(west - wide, -180), max(south - high, -90), min(east + wide, 180), min(north + high, 90))
