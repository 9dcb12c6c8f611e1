/** The ring and the area that are asked for, drawn; and the ways to ask: corners by touch or at the cross, a ring. */

import { el } from "../lib/dom.js";
import { counted, say } from "../lib/words.js";

const RADIUS = 500;
const CORNERS = [3, 100];
const STEPS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEP = 0.0005; // degrees that an arrow moves the middle of a ring

const BOX = 10; // pixels of a box on a line that names keep clear of
const MOST_BOXES = 200; // on one side
const SIDES = 64; // of a ring, where its line is walked along
const METRES = 111_195; // in a degree of latitude

const rounded = (degrees, digits = 6) => Number(degrees.toFixed(digits));

/** Whether the sides of an area cross: the server would refuse it. */
export function crosses(corners) {
  const turn = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const sides = corners.map((corner, i) => [corner, corners[(i + 1) % corners.length]]);
  return sides.some(([a, b], i) =>
    sides.some(([c, d], j) => {
      if (Math.abs(i - j) < 2 || Math.abs(i - j) === sides.length - 1) return false;
      return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
    }),
  );
}

/** A distance as people write it: "500 m", "1,5 km". */
export function distanceWords(metres) {
  const write = (number, digits) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(number);
  return metres < 1000 ? `${write(metres, 0)} m` : `${write(metres / 1000, 1)} km`;
}

const boxAbout = ({ x, y }) => ({ left: x - BOX / 2, right: x + BOX / 2, top: y - BOX / 2, bottom: y + BOX / 2 });

/** Corners [latitude, longitude] of a ring so many metres round a point. */
function circle([lat, lng], metres) {
  const tall = metres / METRES;
  const wide = tall / Math.cos((lat * Math.PI) / 180);
  const turns = Array.from({ length: SIDES }, (_, i) => (2 * Math.PI * i) / SIDES);
  return turns.map((turn) => [lat + tall * Math.sin(turn), lng + wide * Math.cos(turn)]);
}

export class Around {
  /** `ask({near, area})`: what is now asked for. `cross` is the mark at the middle of the map while one draws. */
  constructor(map, strip, config, { ask, cross }) {
    this.map = map;
    this.words = config.words;
    this.ask = ask;
    this.cross = cross;
    this.said = strip.querySelector("[data-area-said]");
    this.first = this.said.textContent;
    this.corners = [];
    this.drawing = false;
    map.createPane("asked").style.zIndex = 320;
    this.shown = L.layerGroup().addTo(map);
    this.draft = L.layerGroup().addTo(map);
    map.on("click", ({ latlng, originalEvent }) => {
      if (this.drawing && !originalEvent?.target.closest?.("button")) this.#add(latlng);
    });
    const press = (name, act) => strip.querySelector(`[data-${name}]`).addEventListener("click", act);
    press("corner", () => this.#add(map.getCenter()));
    press("undo", () => this.#set(this.corners.slice(0, -1)));
    press("done", () => this.#finish());
    press("ring", () => this.ring(map.getCenter()));
  }

  /** Begins or ends the marking of corners. */
  draw(on) {
    this.drawing = on;
    this.cross.hidden = !on;
    this.map.getContainer().classList.toggle("is-drawing", on);
    if (on) this.map.doubleClickZoom.disable();
    else this.map.doubleClickZoom.enable();
    this.#set([]);
  }

  /** Asks for what is around a point; near enough for people, not for their front door. */
  ring({ lat, lng }) {
    const near = [rounded(lng, 4), rounded(lat, 4), this.near?.[2] ?? RADIUS];
    this.ask({ near, area: null });
  }

  #add({ lat, lng }) {
    const corner = [rounded(lng), rounded(lat)];
    if (String(this.corners.at(-1)) === String(corner) || this.corners.length >= CORNERS[1]) return;
    this.#set([...this.corners, corner]);
  }

  #set(corners) {
    this.corners = corners;
    this.draft.clearLayers();
    const points = corners.map(([x, y]) => [y, x]);
    const look = { pane: "asked", interactive: false };
    if (points.length > 1) L.polygon(points, { ...look, className: "asked-area is-draft" }).addTo(this.draft);
    for (const point of points) L.circleMarker(point, { ...look, radius: 6, className: "asked-corner" }).addTo(this.draft);
    this.said.textContent = corners.length ? counted(this.words.corners, corners.length) : this.first;
  }

  #finish() {
    if (this.corners.length < CORNERS[0]) this.said.textContent = this.words.fewCorners;
    else if (crosses(this.corners)) this.said.textContent = this.words.crossing;
    else this.ask({ near: null, area: this.corners });
  }

  /** Shows what is asked for. */
  write({ near, area }) {
    this.shown.clearLayers();
    this.near = near;
    const look = { pane: "asked", interactive: false };
    this.lines = area?.map(([x, y]) => [y, x]);
    if (area) L.polygon(this.lines, { ...look, className: "asked-area" }).addTo(this.shown);
    if (!near) return;
    const [x, y, metres] = near;
    L.circle([y, x], { ...look, radius: metres, className: "asked-area asked-ring" }).addTo(this.shown);
    this.lines = circle([y, x], metres);
    this.#handle([y, x], metres);
  }

  /** Boxes along the lines of what is asked for, in pixels of the layer: names keep clear of them. */
  boxes() {
    const corners = this.lines ?? [];
    const points = corners.map((corner) => this.map.latLngToLayerPoint(corner));
    return points.flatMap((from, i) => {
      const to = points[(i + 1) % points.length];
      const steps = Math.min(MOST_BOXES, Math.max(1, Math.ceil(from.distanceTo(to) / BOX)));
      return Array.from({ length: steps }, (_, step) => boxAbout(from.add(to.subtract(from).multiplyBy(step / steps))));
    });
  }

  /** The middle of the ring, to be dragged or moved by arrows. */
  #handle(at, metres) {
    const words = say(this.words.ring, { distance: distanceWords(metres) });
    const button = el("button", { type: "button", class: "ring-handle", "aria-label": `${words}. ${this.words.moveRing}` });
    const tag = el("span", { class: "ring-words", "aria-hidden": "true" }, words);
    const icon = L.divIcon({ className: "ring-middle", html: el("div", {}, button, tag), iconSize: [0, 0] });
    const marker = L.marker(at, { icon, draggable: true, keyboard: false, zIndexOffset: 800 }).addTo(this.shown);
    marker.on("dragend", () => this.ring(marker.getLatLng()));
    button.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      this.held = true;
      this.ring({ lat: at[0] + step[1] * STEP, lng: at[1] + step[0] * STEP * 1.4 });
    });
    if (this.held) button.focus({ preventScroll: true });
    this.held = false;
  }
}
