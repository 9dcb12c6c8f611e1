/** Geometry of GeoJSON in degrees. A box is [west, south, east, north]. */

function positions(geometry) {
  if (!geometry) return [];
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(positions);
  const depth = { Point: 0, MultiPoint: 1, LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3 };
  return depth[geometry.type] ? geometry.coordinates.flat(depth[geometry.type] - 1) : [geometry.coordinates];
}

/** The box of a geometry; null when it has no position. */
export function boxOf(geometry) {
  let box = null;
  for (const [x, y] of positions(geometry)) {
    box = box
      ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)]
      : [x, y, x, y];
  }
  return box;
}

/** Whether two boxes share a point. */
export function meet(a, b) {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}

function ringMiddle(ring) {
  let [area, x, y] = [0, 0, 0];
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const cross = ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
    area += cross;
    x += (ring[j][0] + ring[i][0]) * cross;
    y += (ring[j][1] + ring[i][1]) * cross;
  }
  return { area: Math.abs(area), point: area ? [x / (3 * area), y / (3 * area)] : ring[0] };
}

/** What two boxes that meet have in common. */
export function common(a, b) {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])];
}

/** Where a mark stands, as [longitude, latitude]: a point itself, else the middle of the largest part. */
export function markPoint(feature) {
  const geometry = feature.geometry;
  if (feature.point) return feature.point;
  if (geometry.type === "Point") return geometry.coordinates;
  if (geometry.type === "Polygon" || geometry.type === "MultiPolygon") {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    const middles = polygons.map((rings) => ringMiddle(rings[0]));
    return middles.reduce((best, one) => (one.area > best.area ? one : best)).point;
  }
  const along = positions(geometry);
  return along[Math.floor(along.length / 2)];
}
