/** Marking a place on the map: a point, a line or an area, by clicks or with buttons. What is marked is GeoJSON. */

import { loadJSON } from "../lib/load.js";
import { say } from "../lib/words.js";
import { Ground } from "../map/ground.js";
import { boundsOf, makeMap } from "../map/view.js";
import { boxOf } from "../lib/place.js";
import { geometryOf, leastOf, verticesOf } from "./shape.js";

const CLOSE = 0.003; // degrees round a point that is shown

export class Draw {
  /** `changed(geometry)` is told of every change made here; null when nothing whole is marked. */
  constructor(root, config, changed) {
    this.root = root;
    this.words = config.words;
    this.changed = changed;
    this.vertices = [];
    const canvas = root.querySelector("[data-map]");
    this.map = makeMap(canvas, config);
    this.box = config.box;
    this.unseen = !canvas.offsetWidth;
    this.map.showBox(this.box);
    this.ground = new Ground(this.map, config, () => {});
    this.shown = L.layerGroup().addTo(this.map);
    this.map.on("moveend", () => this.ground.draw().catch(() => {}));
    this.map.on("click", ({ latlng }) => this.add(latlng));
    this.#land(config.city);
    root.querySelector("[data-centre]").addEventListener("click", () => this.add(this.map.getCenter()));
    root.querySelector("[data-undo]").addEventListener("click", () => this.#set(this.vertices.slice(0, -1)));
    root.querySelector("[data-clear]").addEventListener("click", () => this.#set([]));
    for (const kind of root.querySelectorAll("[name=drawn]")) kind.addEventListener("change", () => this.#kind());
  }

  /** The map has come into sight: it learns its size, and what it could not show before. */
  seen() {
    this.map.invalidateSize({ animate: false });
    if (this.unseen) this.map.showBox(this.box);
    this.unseen = false;
  }

  get kind() {
    return this.root.querySelector("[name=drawn]:checked").value;
  }

  async #land(city) {
    const collection = await loadJSON(`/layers/neighbourhoods.geojson?city=${city}&zoom=13`).catch(() => null);
    const features = (collection?.features ?? []).filter((feature) => feature.geometry);
    this.ground.land(features);
    const style = { className: "territory" };
    L.geoJSON(features, { interactive: false, style }).addTo(this.map).bringToBack();
  }

  add({ lng, lat }) {
    const vertex = [Number(lng.toFixed(6)), Number(lat.toFixed(6))];
    this.#set(this.kind === "Point" ? [vertex] : [...this.vertices, vertex]);
  }

  /** Another kind begins anew; what was marked stays saved until the new one is whole. */
  #kind() {
    this.vertices = [];
    this.#paint(null);
    this.#tell(null);
  }

  #set(vertices) {
    this.vertices = vertices;
    const geometry = geometryOf(this.kind, vertices);
    this.#paint(geometry);
    this.#tell(geometry);
    if (geometry || !vertices.length) this.changed(geometry);
  }

  /** Shows a place that came from elsewhere, without telling anybody. */
  show(geometry) {
    this.vertices = geometry ? verticesOf(geometry) : [];
    if (geometry) {
      const same = this.root.querySelector(`[name=drawn][value="${geometry.type}"]`);
      if (same) same.checked = true;
      const [west, south, east, north] = boxOf(geometry);
      this.box = [west - CLOSE, south - CLOSE, east + CLOSE, north + CLOSE];
      this.unseen = !this.map.getContainer().offsetWidth;
      this.map.fitBounds(boundsOf(this.box), { animate: false });
    }
    this.#paint(geometry);
  }

  #paint(geometry) {
    this.shown.clearLayers();
    if (geometry) {
      const pointToLayer = (_feature, at) => L.circleMarker(at, { radius: 10, className: "drawn-point" });
      const style = ({ geometry: { type } }) => ({ className: type.endsWith("Point") ? "drawn-point" : "drawn-shape" });
      L.geoJSON({ type: "Feature", properties: {}, geometry }, { interactive: false, pointToLayer, style }).addTo(this.shown);
    }
    if (geometry?.type === "Point") return;
    for (const [x, y] of this.vertices) {
      L.circleMarker([y, x], { radius: 6, interactive: false, className: "drawn-point" }).addTo(this.shown);
    }
  }

  #tell(geometry) {
    const [count, least] = [this.vertices.length, leastOf(this.kind)];
    const sentence = !count ? "cleared" : !geometry ? "vertices" : this.kind === "Point" ? "point" : "drawn";
    this.root.querySelector("[data-drawn]").textContent = say(this.words[sentence], { count, more: least - count });
  }
}
