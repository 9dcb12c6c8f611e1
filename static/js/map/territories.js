/** Neighbourhoods: quiet outlines with their names. Pointed at, one lights up; pressed, it opens its panel. */

import { el } from "../lib/dom.js";
import { loadJSON } from "../lib/load.js";
import { boxOf, markPoint } from "../lib/place.js";

const FINE = 14; // from this zoom the finer outlines are asked for
const LETTER = 7.2; // pixels that a letter of a name takes
const PATIENCE = 260; // milliseconds in which a press may still become a double one

export class Territories {
  constructor(map, config, { open }) {
    this.map = map;
    this.config = config;
    this.open = open;
    this.slug = config.ground.territory?.slug;
    this.paths = new Map();
    this.names = L.layerGroup().addTo(map);
    map.createPane("territories").style.zIndex = 300;
    map.createPane("names").style.zIndex = 350;
    this.outlines = L.layerGroup().addTo(map);
    this.chosen = "";
    map.on("dblclick", () => clearTimeout(this.pressed));
  }

  /** Outlines at the fineness of the zoom, and the names that fit. */
  async draw() {
    if (!this.slug) return;
    const fineness = this.map.getZoom() < FINE ? 13 : 16;
    if (fineness !== this.fineness) {
      const collection = await loadJSON(`/layers/${this.slug}.geojson?city=${this.config.city}&zoom=${fineness}`);
      this.fineness = fineness;
      this.features = (collection?.features ?? []).filter((feature) => feature.geometry);
      this.#outline();
    }
    this.#label();
  }

  /** Marks the territory whose panel is open. */
  choose(uid) {
    this.chosen = uid;
    for (const [id, path] of this.paths) path.getElement()?.classList.toggle("is-chosen", id === uid);
  }

  light(uid, on) {
    const path = this.paths.get(uid);
    path?.getElement()?.classList.toggle("is-lit", on);
    if (on) path?.bringToFront();
  }

  #outline() {
    this.outlines.clearLayers();
    this.paths.clear();
    for (const feature of this.features) {
      const lines = L.geoJSON(feature, { pane: "territories", style: { className: "territory" }, bubblingMouseEvents: true });
      const path = lines.getLayers()[0];
      this.outlines.addLayer(path);
      this.paths.set(feature.id, path);
      path.on("mouseover", () => this.light(feature.id, true));
      path.on("mouseout", () => this.light(feature.id, false));
      path.on("click", () => {
        clearTimeout(this.pressed);
        this.pressed = setTimeout(() => this.open(feature.id), PATIENCE);
      });
    }
    this.choose(this.chosen);
  }

  #label() {
    const focused = document.activeElement?.dataset?.territory;
    this.names.clearLayers();
    const bounds = this.map.getBounds();
    for (const feature of this.features ?? []) {
      const [x, y] = markPoint(feature);
      const [west, , east] = boxOf(feature.geometry);
      const wide = this.map.project([y, east]).x - this.map.project([y, west]).x;
      const longest = Math.max(...feature.properties.name.split(" ").map((word) => word.length));
      if (!bounds.contains([y, x]) || wide < longest * LETTER + 12) continue;
      this.#name(feature, [y, x], Math.max(wide - 8, longest * LETTER + 12));
    }
    if (focused) this.map.getContainer().querySelector(`[data-territory="${focused}"]`)?.focus();
  }

  #name(feature, at, wide) {
    const button = el("button", { type: "button", "data-territory": feature.id }, feature.properties.name);
    button.style.maxWidth = `${Math.min(wide, 180)}px`;
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.open(feature.id, button);
    });
    for (const [type, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
      button.addEventListener(type, () => this.light(feature.id, on));
    }
    const icon = L.divIcon({ className: "territory-name", html: button, iconSize: null });
    L.marker(at, { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.names);
  }
}
