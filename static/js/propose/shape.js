/** Vertices [longitude, latitude] to GeoJSON geometry and back. */

const LEAST = { Point: 1, LineString: 2, Polygon: 3 };

/** How many vertices a kind of geometry needs. */
export const leastOf = (kind) => LEAST[kind];

/** The geometry of these vertices; null while there are too few. An area closes itself. */
export function geometryOf(kind, vertices) {
  if (vertices.length < LEAST[kind]) return null;
  if (kind === "Point") return { type: kind, coordinates: vertices.at(-1) };
  return { type: kind, coordinates: kind === "LineString" ? vertices : [[...vertices, vertices[0]]] };
}

/** The vertices one can go on drawing from; none for a geometry of several parts or with holes. */
export function verticesOf({ type, coordinates }) {
  if (type === "Point") return [coordinates];
  if (type === "LineString") return coordinates;
  return type === "Polygon" && coordinates.length === 1 ? coordinates[0].slice(0, -1) : [];
}
