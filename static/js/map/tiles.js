/** What a layer holds in a viewport, read by tile address so that everybody asks for the same tiles. */

import { loadJSON } from "../lib/load.js";
import { boxOf, common, markPoint, meet } from "../lib/place.js";
import { layerQuery } from "./address.js";

const DEEPEST = 17;
const COARSER = 1; // a tile is drawn 512 pixels wide: a quarter of the questions

const column = (longitude, z) => ((longitude + 180) / 360) * 2 ** z;
function row(latitude, z) {
  const radians = (Math.max(-85.05, Math.min(85.05, latitude)) * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * 2 ** z;
}

/** Addresses (z, x, y) of the tiles that cover a box in degrees. */
export function tilesOver(box, zoom, least = 0) {
  const z = Math.max(least, Math.min(DEEPEST, Math.floor(zoom) - COARSER));
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
  if (zoom < layer.zoom[0] || !meet(box, layer.envelope)) return [];
  const query = layerQuery(city, state, layer);
  return Promise.all(tilesOver(common(box, layer.envelope), zoom, layer.zoom[0] - COARSER).map((tile) => readTile(layer, tile, query)));
}

async function readTile(layer, [z, x, y], query) {
  const address = `/tiles/${layer.slug}/${z}/${x}/${y}.geojson?${query}`;
  return { address, features: (await loadJSON(address))?.features ?? [] };
}

/**
 * The things of a layer that the box shows: singles {key: uid, layer, feature, point, count: 1, box}
 * and clusters {key, layer, feature: null, point, count, box} as the server gathered them.
 */
export async function readThings(layer, city, state, box, zoom) {
  return thingsOf(layer, await readTiles(layer, city, state, box, zoom), box);
}

/**
 * Things that reach into the box although their label point, and so their tile, is outside it.
 * `points` are [layer slug, uid, longitude, latitude] as the list knows them.
 */
export async function readAt(layers, city, state, points, zoom, box) {
  const tiles = new Map();
  for (const [slug, , x, y] of points) {
    const layer = layers.find((one) => one.slug === slug);
    if (!layer) continue;
    const [tile] = tilesOver([x, y, x, y], zoom, layer.zoom[0] - COARSER);
    tiles.set(`${slug}/${tile}`, { layer, tile });
  }
  const read = [...tiles.values()].map(async ({ layer, tile }) =>
    thingsOf(layer, [await readTile(layer, tile, layerQuery(city, state, layer))], box),
  );
  const wanted = new Set(points.map(([, uid]) => uid));
  return (await Promise.all(read)).flat().filter((thing) => wanted.has(thing.key));
}

function thingsOf(layer, tiles, box) {
  const things = new Map();
  for (const { address, features } of tiles) {
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
