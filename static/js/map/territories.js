/** Neighbourhoods: quiet outlines with their names. Pointed at, one lights up; pressed, it opens its panel. */

import { el } from "../lib/dom.js";
import { loadJSON } from "../lib/load.js";
import { boxOf, markPoint } from "../lib/place.js";
import { Rove } from "./rove.js";

const FINE = 14; // from this zoom the finer outlines are asked for
const LETTER = 7.2; // pixels that a letter of a name takes
const PATIENCE = 260; // milliseconds in which a press may still become a double one

export class Territories {
  /** `time` of a drawing: what was in force on its last day. */
  constructor(map, config, { open, marks, land }) {
    this.map = map;
    this.config = config;
    this.open = open;
    this.marks = marks;
    this.land = land;
    this.slug = config.ground.territory?.slug;
    this.paths = new Map();
    this.names = L.layerGroup().addTo(map);
    map.createPane("territories").style.zIndex = 300;
    map.createPane("names").style.zIndex = 350;
    this.outlines = L.layerGroup().addTo(map);
    this.rove = new Rove(map.getPane("names"), config.words.territories, () => this.#spots());
    this.chosen = "";
    map.on("dblclick", () => clearTimeout(this.pressed));
  }

  /** Outlines at the fineness of the zoom as they were on the last day of a time, and their names. */
  async draw(time = "") {
    if (!this.slug) return;
    const fineness = this.map.getZoom() < FINE ? 13 : 16;
    const day = time.split("/").filter((end) => end && end !== "..").at(-1);
    const address = `/layers/${this.slug}.geojson?city=${this.config.city}&zoom=${fineness}${day ? `&datetime=${day}` : ""}`;
    if (address !== this.address) {
      const collection = await loadJSON(address);
      this.address = address;
      this.features = (collection?.features ?? []).filter((feature) => feature.geometry);
      this.#outline();
      this.land(this.features);
    }
    this.#label();
  }

  /** Marks the territory whose panel is open. */
  choose(uid) {
    this.chosen = uid;
    for (const [id, path] of this.paths) path.getElement()?.classList.toggle("is-chosen", id === uid);
  }

  /** Places the names again, as the marks have moved; answers what marks and names now cover. */
  relabel() {
    this.#label();
    return this.taken;
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
    this.named = [];
    const bounds = this.map.getBounds();
    const taken = this.marks();
    for (const feature of this.features ?? []) {
      const [x, y] = markPoint(feature);
      if (!bounds.contains([y, x])) continue;
      const spot = this.#room(feature, this.map.latLngToLayerPoint([y, x]), taken);
      if (!spot) {
        this.#name(feature, [y, x], 0);
        continue;
      }
      taken.push(spot);
      const middle = L.point((spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2);
      this.#name(feature, this.map.layerPointToLatLng(middle), spot.right - spot.left);
    }
    this.taken = taken;
    this.rove.refresh();
    if (focused) this.map.getContainer().querySelector(`[data-territory="${focused}"]`)?.focus();
  }

  #spots() {
    return (this.named ?? []).map(({ button, marker }) => ({ button, ...L.DomUtil.getPosition(marker.getElement()) }));
  }

  /** A place for a name in or just around the middle of its territory, clear of marks and other names; else null. */
  #room({ geometry, properties }, { x, y }, taken) {
    const [west, south, east] = boxOf(geometry);
    const across = this.map.project([south, east]).x - this.map.project([south, west]).x;
    const words = properties.name.split(" ");
    const least = Math.max(...words.map((word) => word.length)) * LETTER + 12;
    if (across < least * 0.8) return null;
    const width = Math.min(180, Math.max(least, Math.min(across - 8, properties.name.length * LETTER + 12)));
    const lines = Math.ceil((properties.name.length * LETTER + 12) / width);
    const height = lines * 15 + 6;
    for (const shift of [0, -24, 24, -34, 34]) {
      const spot = { left: x - width / 2, right: x + width / 2, top: y + shift - height / 2, bottom: y + shift + height / 2 };
      const clear = (one) => one.left > spot.right || one.right < spot.left || one.top > spot.bottom || one.bottom < spot.top;
      if (taken.every(clear)) return spot;
    }
    return null;
  }

  /** Writes a name; one without room (`wide` 0) shows only while it has the focus. */
  #name(feature, at, wide) {
    const button = el("button", { type: "button", "data-territory": feature.id }, feature.properties.name);
    if (wide) button.style.width = `${wide}px`;
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.open(feature.id, button);
    });
    for (const [type, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
      button.addEventListener(type, () => this.light(feature.id, on));
    }
    const icon = L.divIcon({ className: wide ? "territory-name" : "territory-name is-tucked", html: button, iconSize: null });
    const marker = L.marker(at, { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.names);
    this.named.push({ button, marker });
  }
}
