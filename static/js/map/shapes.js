/** The outlines of things that are more than a point, once they are large enough to be seen. */

import { spells } from "../lib/dom.js";

const SEEN = 24; // pixels

/** Draws lines and areas of the things given, kept between drawings; the marks stand on them and do the talking. */
export class Shapes {
  constructor(map) {
    this.map = map;
    this.drawn = new Map();
    this.layer = L.layerGroup().addTo(map);
  }

  /** Draws these and nothing else; true when it became `stale` on the way. */
  async draw(things, stale) {
    const zoom = this.map.getZoom();
    const seen = things.filter(({ feature, box }) => feature && feature.geometry.type !== "Point" && this.#across(box) >= SEEN);
    const wanted = new Map(seen.map((thing) => [`${thing.key}@${zoom}`, thing]));
    for (const [key, shape] of this.drawn) {
      if (wanted.has(key)) continue;
      this.layer.removeLayer(shape);
      this.drawn.delete(key);
    }
    const rest = spells();
    for (const [key, thing] of wanted) {
      if (this.drawn.has(key)) continue;
      this.drawn.set(key, this.#add(thing));
      if ((await rest()) && stale()) return true;
    }
    return false;
  }

  #add({ feature, layer }) {
    const line = feature.geometry.type.endsWith("LineString");
    const fill = layer.fills[feature.properties[layer.attribute]] ?? "hollow";
    const className = `kind-${layer.kind} ${line ? "shape-line" : "shape"} shape-${fill}`;
    return L.geoJSON(feature, {
      interactive: false,
      style: { className, stroke: true, fill: !line },
      pointToLayer: (_, at) => L.circleMarker(at, { radius: 6, className, interactive: false }),
    }).addTo(this.layer);
  }

  #across([west, south, east, north]) {
    const a = this.map.latLngToLayerPoint([south, west]);
    const b = this.map.latLngToLayerPoint([north, east]);
    return Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
  }
}
