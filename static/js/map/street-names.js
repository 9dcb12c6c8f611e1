/** Names along streets, once the map is near enough to walk by. Drawn for the eye; search finds streets by name. */

import { el } from "../lib/dom.js";

const FROM = 16; // zoom
const LETTER = 6.4; // pixels that a letter takes
const STEP = 14; // pixels between the points by which two names are kept apart
const APART = 16;
const STRAIGHT = 6; // pixels that a street may bend under its name

/** The longest straight run of a line inside the view, as [from, to] in pixels; null when there is none. */
function longestRun(line, bounds) {
  const points = L.LineUtil.simplify(line, STRAIGHT);
  let best = null;
  let length = 0;
  for (let i = 1; i < points.length; i++) {
    const run = L.LineUtil.clipSegment(points[i - 1], points[i], bounds, i > 1, true);
    if (run && run[0].distanceTo(run[1]) > length) [best, length] = [run, run[0].distanceTo(run[1])];
  }
  return best;
}

export class StreetNames {
  constructor(map) {
    this.map = map;
    map.createPane("street-names").style.zIndex = 340;
    this.layer = L.layerGroup().addTo(map);
  }

  /** Names these streets; `boxes` are what the names must not touch, in pixels of the layer. */
  draw(streets, boxes) {
    this.layer.clearLayers();
    if (this.map.getZoom() < FROM) return;
    const size = this.map.getSize();
    // Whole pixels: Leaflet clips to rounded points, and would look for ever for one on an edge between two.
    const corner = this.map.containerPointToLayerPoint([0, 0]).round();
    const bounds = L.bounds(corner, corner.add(size));
    const taken = [];
    const said = new Set();
    for (const { properties, geometry } of streets) {
      const name = (properties.name ?? "").split(",")[0].trim();
      if (!name || /^\d+$/.test(name) || said.has(name)) continue;
      const lines = geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
      const runs = lines.map((line) => longestRun(line.map(([x, y]) => this.map.latLngToLayerPoint([y, x])), bounds));
      const [run] = runs.filter(Boolean).sort((a, b) => b[0].distanceTo(b[1]) - a[0].distanceTo(a[1]));
      const spots = run && this.#room(run, name.length * LETTER, taken, boxes);
      if (!spots) continue;
      taken.push(...spots);
      said.add(name);
      this.#write(name, run);
    }
  }

  /** The points that a name would cover on the middle of a run; null where it is too long or in the way. */
  #room([from, to], width, taken, boxes) {
    const length = from.distanceTo(to);
    if (length < width + 16) return null;
    const middle = from.add(to).divideBy(2);
    const along = to.subtract(from).divideBy(length);
    const steps = Math.ceil(width / 2 / STEP);
    const spots = [];
    for (let i = -steps; i <= steps; i++) spots.push(middle.add(along.multiplyBy(i * STEP)));
    const clear = ({ x, y }) =>
      taken.every((other) => Math.hypot(other.x - x, other.y - y) > APART) &&
      boxes.every((box) => x < box.left - 8 || x > box.right + 8 || y < box.top - 8 || y > box.bottom + 8);
    return spots.every(clear) ? spots : null;
  }

  #write(name, [from, to]) {
    let angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
    if (angle > 90 || angle <= -90) angle += 180;
    const text = el("span", { "aria-hidden": "true" }, name);
    text.style.rotate = `${angle.toFixed(1)}deg`;
    const icon = L.divIcon({ className: "street-name", html: text, iconSize: [0, 0] });
    const at = this.map.layerPointToLatLng(from.add(to).divideBy(2));
    L.marker(at, { icon, pane: "street-names", interactive: false, keyboard: false }).addTo(this.layer);
  }
}
