/** What a layer holds in a viewport, read by tile address so that everybody asks for the same tiles. */

import { loadJSON } from "../lib/load.js";
import { boxOf, markPoint, meet } from "../lib/place.js";
import { layerQuery } from "./address.js";

const DEEPEST = 16;
const METRES_PER_DEGREE = 111_320;

const column = (longitude, z) => ((longitude + 180) / 360) * 2 ** z;
function row(latitude, z) {
  const radians = (Math.max(-85.05, Math.min(85.05, latitude)) * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * 2 ** z;
}

/** The box widened by `reach` metres: a feature belongs to the tile of its label point, and may stretch beyond it. */
function widened([west, south, east, north], reach) {
  const up = reach / METRES_PER_DEGREE;
  const across = up / Math.max(0.1, Math.cos((((south + north) / 2) * Math.PI) / 180));
  return [west - across, south - up, east + across, north + up];
}

/** Addresses (z, x, y) of the tiles that cover a box in degrees. */
export function tilesOver(box, zoom, least = 0) {
  const z = Math.max(least, Math.min(DEEPEST, Math.floor(zoom)));
  const last = 2 ** z - 1;
  const within = (number) => Math.max(0, Math.min(last, Math.floor(number)));
  const found = [];
  for (let x = within(column(box[0], z)); x <= within(column(box[2], z)); x++) {
    for (let y = within(row(box[3], z)); y <= within(row(box[1], z)); y++) found.push([z, x, y]);
  }
  return found;
}

/** Tiles as {address, features}; a feature twice read is kept once. */
export async function readTiles(layer, city, state, box, zoom) {
  if (zoom < layer.zoom[0]) return [];
  const query = layerQuery(city, state, layer);
  const tiles = tilesOver(widened(box, layer.reach), zoom, layer.zoom[0]);
  return Promise.all(
    tiles.map(async ([z, x, y]) => {
      const address = `/tiles/${layer.slug}/${z}/${x}/${y}.geojson?${query}`;
      return { address, features: (await loadJSON(address))?.features ?? [] };
    }),
  );
}

/**
 * The things of a layer that the box shows: singles {id, layer, feature, point, count: 1}
 * and clusters {layer, point, count, box} as the server gathered them.
 */
export async function readThings(layer, city, state, box, zoom) {
  const things = new Map();
  for (const { address, features } of await readTiles(layer, city, state, box, zoom)) {
    features.forEach((feature, number) => {
      const cluster = feature.properties.cluster;
      const mine = cluster ? feature.properties.bbox : boxOf(feature.geometry);
      if (!mine || !meet(mine, box)) return;
      const key = cluster ? `${address}#${number}` : feature.id;
      things.set(key, {
        key,
        layer,
        feature: cluster ? null : feature,
        point: cluster ? feature.geometry.coordinates : markPoint(feature),
        count: cluster ? feature.properties.count : 1,
        box: mine,
      });
    });
  }
  return [...things.values()];
}
