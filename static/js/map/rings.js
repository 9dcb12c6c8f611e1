/** The ring and casing of what is open, and the ring of what is pointed at in the list. */

import { el } from "../lib/dom.js";
import { markOf } from "./marks.js";

export class Rings {
  constructor(map, config) {
    this.map = map;
    this.config = config;
  }

  /** Shows what is open ({layer, fill, point}); null for nothing. */
  choose(open) {
    this.ring?.remove();
    if (!open) return;
    const layer = this.config.layers.find(({ slug }) => slug === open.layer);
    const html = layer ? markOf(this.config, layer.kind, open.fill) : el("span");
    this.ring = this.#at(open.point, { className: "ring", html }, 1000);
  }

  /** Shows where a point is, as the list says it ("7.68,45.07"); nothing for none. */
  hint(point) {
    this.pointer?.remove();
    if (point) this.pointer = this.#at(point.split(",").map(Number), { className: "ring is-hint" }, 900);
  }

  #at([x, y], look, zIndexOffset) {
    const icon = L.divIcon({ ...look, iconSize: [0, 0] });
    return L.marker([y, x], { icon, interactive: false, keyboard: false, zIndexOffset }).addTo(this.map);
  }
}
