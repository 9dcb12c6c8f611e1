/** The outlines of things that are more than a point, once they are large enough to be seen. */

const SEEN = 24; // pixels

/** Draws lines and areas of the things given; the marks stand on them and do the talking. */
export class Shapes {
  constructor(map) {
    this.map = map;
    this.layer = L.layerGroup().addTo(map);
  }

  draw(things) {
    this.layer.clearLayers();
    for (const { feature, layer, box } of things) {
      if (!feature || feature.geometry.type === "Point" || this.#across(box) < SEEN) continue;
      const line = feature.geometry.type.endsWith("LineString");
      const className = `kind-${layer.kind} ${line ? "shape-line" : "shape"}`;
      L.geoJSON(feature, {
        interactive: false,
        style: { className, stroke: true, fill: !line },
        pointToLayer: (_, at) => L.circleMarker(at, { radius: 6, className, interactive: false }),
      }).addTo(this.layer);
    }
  }

  #across([west, south, east, north]) {
    const a = this.map.latLngToLayerPoint([south, west]);
    const b = this.map.latLngToLayerPoint([north, east]);
    return Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
  }
}
