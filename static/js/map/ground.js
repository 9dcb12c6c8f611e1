/** What lies under the marks: a tile server's map where there is one, else our own water and streets. */

import { loadJSON } from "../lib/load.js";
import { StreetNames } from "./street-names.js";
import { tilesOver } from "./tiles.js";

const FAILURES = 4; // tiles that do not come before we draw our own ground
const STREET_ZOOM = [13, 15]; // the least zoom, and the deepest grid that streets are asked by

function degreesOf(z, x, y) {
  const latitude = (row) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z))) * 180) / Math.PI;
  return [(x / 2 ** z) * 360 - 180, latitude(y + 1), ((x + 1) / 2 ** z) * 360 - 180, latitude(y)];
}

export class Ground {
  constructor(map, config, say) {
    this.map = map;
    this.config = config;
    this.say = say;
    map.createPane("land").style.zIndex = 205;
    map.createPane("water").style.zIndex = 210;
    map.createPane("streets").style.zIndex = 220;
    this.own = !config.tiles;
    this.streets = L.layerGroup().addTo(map);
    this.names = new StreetNames(map);
    this.shown = [];
    this.asked = new Map();
    if (config.tiles) this.#tiles(config.tiles);
    else this.#water();
  }

  #tiles({ url, attribution }) {
    const tiles = L.tileLayer(url, { attribution, maxZoom: 19, referrerPolicy: "strict-origin-when-cross-origin" });
    let [came, failed] = [0, 0];
    tiles.on("tileload", () => (came += 1));
    tiles.on("tileerror", () => {
      failed += 1;
      if (came || failed < FAILURES || this.own) return;
      this.own = true;
      tiles.remove();
      this.#water();
      this.draw();
      this.say(this.config.words.ownGround);
    });
    tiles.addTo(this.map);
  }

  async #water() {
    if (!this.config.ground.water) return;
    const collection = await loadJSON(`/layers/waters.geojson?city=${this.config.city}&zoom=14`);
    L.geoJSON(collection, {
      pane: "water",
      interactive: false,
      filter: (feature) => feature.geometry !== null,
      style: ({ geometry }) => ({ className: geometry.type.endsWith("LineString") ? "water-line" : "water" }),
    }).addTo(this.map);
  }

  /** The city as a sheet of paper on the ground. */
  land(features) {
    this.city?.remove();
    if (!this.own) return;
    this.city = L.geoJSON(features, { pane: "land", interactive: false, style: { className: "land", stroke: false } });
    this.city.addTo(this.map);
  }

  /** Streets of the viewport, from the zoom at which they help. Asked by the boxes of a grid, so that all ask alike. */
  async draw() {
    const zoom = this.map.getZoom();
    if (!this.own || !this.config.ground.street || zoom < STREET_ZOOM[0]) {
      this.streets.clearLayers();
      this.shown = [];
      this.name([]);
      return;
    }
    const bounds = this.map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const tiles = tilesOver(box, Math.min(zoom, STREET_ZOOM[1]) + 1);
    const collections = await Promise.all(tiles.map((tile) => this.#grid(tile)));
    if (zoom !== this.map.getZoom()) return;
    this.shown = [...new Map(collections.flatMap((one) => one.features.map((street) => [street.id, street]))).values()];
    this.streets.clearLayers();
    const lines = this.shown.flatMap(({ geometry }) =>
      geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates,
    );
    const flipped = lines.map((line) => line.map(([x, y]) => [y, x]));
    L.polyline(flipped, { pane: "streets", className: "street", interactive: false, smoothFactor: 0.5 }).addTo(this.streets);
    this.name(this.boxes ?? []);
  }

  /** Writes the names of the streets clear of these boxes, in pixels of the layer. */
  name(boxes) {
    this.boxes = boxes;
    this.names.draw(this.shown, boxes);
  }

  #grid([z, x, y]) {
    const box = degreesOf(z, x, y).map((degrees) => degrees.toFixed(6)).join(",");
    return loadJSON(`/layers/streets.geojson?city=${this.config.city}&bbox=${box}&zoom=${z + 2}`);
  }
}
