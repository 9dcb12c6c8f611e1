/** Marks and groups as buttons on the map, kept between drawings so that focus and position stay. */

import { el, spells, svg } from "../lib/dom.js";
import { counted } from "../lib/words.js";
import { gather, groupBox, radius } from "./gather.js";
import { Rove } from "./rove.js";

const RING = 2 * Math.PI;

/** The mark of a kind, drawn from the page's own symbols. */
export function markOf(config, kind, fill) {
  return svg(
    "svg",
    { class: `mark mark-${kind}`, "data-fill": fill, width: 28, height: 28, "aria-hidden": "true", focusable: "false" },
    svg("use", { href: `${config.marks}#${kind}` }),
  );
}

/** What a thing is called aloud: its name, its kind, its state, and what must be said of it. */
export function spoken(config, { feature, layer }) {
  const said = feature.properties;
  const state = layer.states[said[layer.attribute]];
  const uncertain = isUncertain(said) ? config.words.approximate : "";
  return [said.name, layer.singular, state, uncertain, said.example && config.words.example].filter(Boolean).join(", ");
}

const isUncertain = (properties) => ["street", "approximate", "schematic"].includes(properties.precision);

function arcs(group, size) {
  const shares = new Map();
  for (const thing of group.things) shares.set(thing.layer, (shares.get(thing.layer) ?? 0) + thing.count);
  const r = size / 2 - 2;
  const around = RING * r;
  let before = 0;
  const drawn = [...shares].map(([layer, count]) => {
    const length = (count / group.count) * around;
    const gap = shares.size > 1 ? 2 : 0;
    const arc = svg("circle", {
      cx: size / 2, cy: size / 2, r,
      stroke: `var(--${layer.kind})`,
      "stroke-dasharray": `${Math.max(1, length - gap)} ${around}`,
      "stroke-dashoffset": -before,
      transform: `rotate(-90 ${size / 2} ${size / 2})`,
    });
    before += length;
    return arc;
  });
  return svg("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true", focusable: "false" }, ...drawn);
}

function groupButton(config, group, apart) {
  const size = radius(group.count) * 2;
  const kinds = new Map();
  for (const { layer, count } of group.things) kinds.set(layer.title, (kinds.get(layer.title) ?? 0) + count);
  const label = counted(apart ? config.words.group : config.words.stack, group.count);
  const parts = [...kinds].map(([title, count]) => `${title} ${count}`).join(", ");
  const button = el("button", { type: "button", "aria-label": `${label}: ${parts}` });
  button.style.width = button.style.height = `${size}px`;
  const number = group.count < 10_000 ? String(group.count) : `${Math.round(group.count / 1000)}k`;
  button.append(arcs(group, size), el("span", { class: "number" }, number));
  return button;
}

/** All the marks of the map. `open(thing)` and `enter(group)` are what a press does; `point(things)` is hovering. */
export class Marks {
  constructor(map, config, { open, enter, point }) {
    this.map = map;
    this.config = config;
    this.act = { open, enter, point };
    this.drawn = new Map();
    this.layer = L.layerGroup().addTo(map);
    this.rove = new Rove(map.getPane("markerPane"), config.words.marks, () => this.#spots());
  }

  /** Draws these things and nothing else; true when it became `stale` on the way. */
  async draw(things, stale) {
    const zoom = this.map.getZoom();
    const groups = gather(things, ([x, y]) => this.map.project([y, x], zoom));
    const wanted = new Map(groups.map((group) => [this.#key(group), group]));
    for (const [key, marker] of this.drawn) {
      if (wanted.has(key)) continue;
      this.layer.removeLayer(marker);
      this.drawn.delete(key);
    }
    const rest = spells();
    for (const [key, group] of wanted) {
      if (this.drawn.has(key)) continue;
      this.drawn.set(key, this.#add(group));
      if ((await rest()) && stale()) return true;
    }
    this.rove.refresh();
    return false;
  }

  #spots() {
    return [...this.drawn.values()].map((marker) => ({ button: marker.button, ...L.DomUtil.getPosition(marker.getElement()) }));
  }

  /** The button that stands for a thing, alone or in a group; null when it is not drawn. */
  button(uid) {
    for (const marker of this.drawn.values()) {
      if (marker.things.some((thing) => thing.key === uid)) return marker.button;
    }
    return null;
  }

  /** The boxes that marks take, in pixels of the layer. */
  boxes() {
    return [...this.drawn.values()].map((marker) => {
      const { x, y } = this.map.latLngToLayerPoint(marker.getLatLng());
      const half = radius(marker.things.reduce((sum, thing) => sum + thing.count, 0)) + 1;
      return { left: x - half, right: x + half, top: y - half, bottom: y + half };
    });
  }

  #key(group) {
    const { layer, feature } = group.things[0];
    if (group.things.length === 1 && feature) {
      return `${layer.slug}/${feature.id}/${feature.properties[layer.attribute]}`;
    }
    return group.things.map((thing) => `${thing.key}:${thing.count}`).join(" ");
  }

  #add(group) {
    const single = group.things.length === 1 && group.things[0].feature;
    const [x, y] = single ? group.things[0].point : this.#middle(group);
    const button = single ? this.#mark(group.things[0]) : groupButton(this.config, group, this.#apart(group));
    const uncertain = single && isUncertain(group.things[0].feature.properties) ? " is-uncertain" : "";
    const kind = single ? ` kind-${group.things[0].layer.kind}` : " group";
    const icon = L.divIcon({ className: `spot${kind}${uncertain}`, html: button, iconSize: [0, 0] });
    const marker = L.marker([y, x], { icon, interactive: false, keyboard: false, zIndexOffset: single ? 0 : 200 });
    marker.things = group.things;
    marker.button = button;
    this.#listen(button, group, single);
    return marker.addTo(this.layer);
  }

  #mark(thing) {
    const { layer, feature } = thing;
    const fill = layer.fills[feature.properties[layer.attribute]] ?? "hollow";
    return el(
      "button",
      { type: "button", "aria-label": spoken(this.config, thing), title: feature.properties.name },
      markOf(this.config, layer.kind, fill),
    );
  }

  #listen(button, group, single) {
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      if (this.map.dragging.moved() && event.detail > 0) return;
      if (single) this.act.open(group.things[0], button);
      else this.act.enter(group, this.#apart(group), button);
    });
    L.DomEvent.on(button, "dblclick", L.DomEvent.stop);
    button.addEventListener("mouseenter", () => this.act.point(group.things, true));
    button.addEventListener("mouseleave", () => this.act.point(group.things, false));
    button.addEventListener("focus", () => this.act.point(group.things, true));
    button.addEventListener("blur", () => this.act.point(group.things, false));
  }

  #middle(group) {
    let [x, y] = [0, 0];
    for (const { point, count } of group.things) [x, y] = [x + point[0] * count, y + point[1] * count];
    return [x / group.count, y / group.count];
  }

  /** Whether zooming in would take the things of a group apart. */
  #apart(group) {
    if (this.map.getZoom() >= this.map.getMaxZoom()) return false;
    const box = groupBox({ things: group.things.map(({ point, feature, box }) => ({ point, box: feature ? null : box })) });
    return box[2] - box[0] > 2e-5 || box[3] - box[1] > 2e-5;
  }
}
