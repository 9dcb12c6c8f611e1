/** <city-map>: what the server wrote, made alive. It holds the state; the parts draw it. */

import { rest, settled } from "../lib/dom.js";
import { isNarrowed, readState, writeFaces, writeState } from "./address.js";
import { Around, distanceWords } from "./around.js";
import { Controls } from "./controls.js";
import { groupBox } from "./gather.js";
import { Ground } from "./ground.js";
import { locate } from "./locate.js";
import { Marks } from "./marks.js";
import { Notice } from "./notice.js";
import { Panel } from "./panel.js";
import { Print } from "./print.js";
import { Results } from "./results.js";
import { Rings } from "./rings.js";
import { followSearch } from "./search.js";
import { Shapes } from "./shapes.js";
import { Sheet } from "./sheet.js";
import { stackList, thingsOf } from "./stack.js";
import { Strips } from "./strips.js";
import { Territories } from "./territories.js";
import { readAt, readThings } from "./tiles.js";
import { Time } from "./time.js";
import { boundsOf, boxOfView, makeMap, reveal } from "./view.js";
import { welcome } from "./welcome.js";

class CityMap extends HTMLElement {
  connectedCallback() {
    this.config = JSON.parse(document.getElementById(this.dataset.config).textContent);
    for (const layer of this.config.layers) layer.envelope = this.config.envelope;
    this.state = readState(location.search);
    this.live = this.querySelector("[data-live]");
    this.canvas = this.querySelector("[data-canvas]");
    if (this.canvas.map) this.wake(); // else Leaflet did not come
  }

  /** Comes alive in short tasks: a slow phone answers its reader between them. */
  async wake() {
    this.map = makeMap(this.canvas, this.config);
    await rest();
    this.parts();
    await rest();
    this.listen();
    this.write();
    if (this.state.time) this.strips.show("time");
    if (this.canvas.moved) this.#moved(); // by a reader who was quicker than the parts
    if (this.state.feature) this.choose({ focus: false });
    await rest();
    await this.refresh();
    this.canvas.still.remove();
  }

  #moved() {
    this.state.box = boxOfView(this.map);
    history.replaceState(null, "", writeState(this.state) || location.pathname);
  }

  parts() {
    const find = (name) => this.querySelector(`[data-${name}]`);
    const tell = (text) => this.tell(text);
    this.notice = new Notice(find("notice"), this.config.words);
    this.ground = new Ground(this.map, this.config, tell);
    this.territories = new Territories(this.map, this.config, {
      open: (uid, from) => this.around.drawing || this.open(uid, from),
      marks: () => [...this.marks.boxes(), ...this.around.boxes()],
      land: (features) => this.ground.land(features),
    });
    this.shapes = new Shapes(this.map);
    this.rings = new Rings(this.map, this.config);
    this.marks = new Marks(this.map, this.config, {
      open: (thing, from) => this.open(thing.key, from),
      enter: (group, apart, from) => this.enter(group, apart, from),
      point: (things, on) => this.results.light(new Set(on ? things.map((thing) => thing.key) : [])),
    });
    this.results = new Results(this, this.config, this.live, { point: (item, on) => this.rings.hint(on && item.dataset.point) });
    this.panel = new Panel(find("panel"), { close: () => this.close() });
    this.sheet = new Sheet(this, this.querySelector(".sheet"), this.config.words, () => this.map.invalidateSize());
    this.controls = new Controls(this.querySelector("#controls"), this.config, (said, how) => this.change(said, how));
    locate(this.map, this.config, find("locate"), { tell, found: (at) => this.around.ring(at) });
    this.asking(find);
    this.welcome = welcome(find("welcome"));
    followSearch(this);
  }

  /** The parts that ask of time and place. */
  asking(find) {
    const strip = (name) => this.querySelector(`[data-strip="${name}"]`);
    this.print = new Print(this, find("print"), distanceWords);
    this.time = strip("time") && new Time(strip("time"), (time) => this.change({ time }, { fit: false }));
    this.around = new Around(this.map, strip("area"), this.config, {
      ask: (said) => this.change(said, { fit: !said.area }),
      cross: find("crosshair"),
    });
    this.strips = new Strips(this, (name) => this.around.draw(name === "area"));
  }

  /** Makes form, slider, ring and area say the state. */
  write() {
    this.controls.write(this.state);
    this.time?.write(this.state.time);
    this.around.write(this.state);
    if (this.state.near || this.state.area) this.welcome.hidden = true; // it would lie on them
  }

  listen() {
    const settle = settled(() => this.refresh(), 120);
    this.map.on("moveend", () => {
      if (this.moving) return;
      this.#moved();
      this.busy(true);
      settle();
    });
    this.map.on("resize", settle);
    addEventListener("popstate", () => {
      // A link within the page (#results) is no other state.
      if (writeState(readState(location.search)) !== writeState(this.state)) this.restore();
    });
    for (const link of document.querySelectorAll(".languages a")) {
      link.addEventListener("click", () => (link.search = location.search));
    }
    this.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      const link = event.target.closest("[data-open], [data-address]");
      if (!link) return;
      event.preventDefault();
      if (link.dataset.open) this.open(link.dataset.open, link);
      else this.go(link.search, "fit" in link.dataset);
    });
  }

  /** Goes to another state of this page, as an address says it. */
  go(search, fit) {
    const state = readState(search);
    if (this.#redrawn(state)) return;
    const moved = state.box && String(state.box) !== String(this.state.box);
    this.state = { ...state, box: fit ? null : (state.box ?? this.state.box) };
    history.pushState(null, "", search || location.pathname);
    this.follow({ fit, moved });
  }

  /** The reader chose something in the form. */
  change(said, { fit }) {
    if (this.#redrawn({ ...this.state, ...said })) return;
    this.state = { ...this.state, ...said, box: fit ? null : this.state.box };
    history.pushState(null, "", writeState(this.state) || location.pathname);
    this.follow({ fit });
  }

  /** Back or forth. */
  restore() {
    const [before, state] = [this.state, readState(location.search)];
    if (this.#redrawn(state)) return;
    this.state = state;
    this.follow({ moved: String(before.box) !== String(state.box) });
  }

  /** Whether a state draws a layer by another figure: its legend is the server's, so the page is read anew. */
  #redrawn(state) {
    if (writeFaces(state) === writeFaces(this.state)) return false;
    location.assign(writeState(state) || location.pathname);
    return true;
  }

  async follow({ fit = false, moved = false }) {
    this.busy(true);
    this.write();
    if (this.state.near || this.state.area) this.strips.show("");
    if (this.state.feature !== (this.panel.open?.uid ?? "")) await this.choose({ focus: false });
    if (moved) this.look(this.state.box ?? this.config.home);
    if (fit && (await this.ask({ ...this.state, box: null })) && this.results.extent) this.look(this.results.extent);
    else if (fit && !isNarrowed(this.state)) this.look(this.config.home);
    this.refresh();
  }

  /** Moves the map without writing the address. */
  look(box) {
    this.moving = true;
    this.map.showBox(box);
    this.moving = false;
  }

  /** Draws the state, each part as soon as it comes. */
  async refresh() {
    this.busy(true);
    const box = boxOfView(this.map);
    const state = { ...this.state, box };
    const shown = this.config.layers.filter((layer) => (state.layers ? state.layers.includes(layer.slug) : layer.visible));
    const listed = this.ask(state);
    this.ground.draw();
    this.territories.draw(this.state.time);
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const { city } = this.config;
    const ask = async (layer, place) => {
      for (let before = 0; before < place; before++) await rest(); // asking, too, takes a slow phone its time
      return readThings(layer, city, state, box, this.map.getZoom());
    };
    try {
      const read = await Promise.all(shown.map(ask));
      if (turn !== this.turn) return;
      await this.draw(read.flat(), () => turn !== this.turn);
      if (!(await listed) || turn !== this.turn || !this.results.straddling.length) return;
      const beyond = await readAt(shown, city, state, this.results.straddling, this.map.getZoom(), box);
      if (turn === this.turn) await this.draw([...read.flat(), ...beyond], () => turn !== this.turn);
    } catch {
      this.tell(this.config.words.failed, () => this.refresh());
    } finally {
      await listed;
      if (turn === this.turn) this.#settled(box, shown);
    }
  }

  #settled(box, shown) {
    this.busy(false);
    const [slugs, address] = [shown.map(({ slug }) => slug), this.results.image];
    if (address) this.print.write(box, address, slugs, this.results.said);
  }

  /** Says, to assistive technology too, whether list and map are being brought up to date. */
  busy = (yes) => this.results.list.setAttribute("aria-busy", String(yes));

  /** Draws in spells, so that the reader is never kept waiting; gives up once it is `stale`. */
  async draw(things, stale) {
    const unique = [...new Map(things.map((thing) => [thing.key, thing])).values()];
    this.things = unique;
    if ((await this.shapes.draw(unique, stale)) || (await this.marks.draw(unique, stale))) return;
    this.ground.name(this.territories.relabel());
    this.mark();
  }

  async ask(state) {
    try {
      return await this.results.show({ ...state, feature: this.state.feature });
    } catch {
      this.tell(this.config.words.failed, () => this.refresh());
      return false;
    }
  }

  /** Opens a thing: its panel, its mark, its line in the list. */
  open(uid, from) {
    if (uid === this.state.feature && this.panel.open) return;
    this.state.feature = uid;
    history.pushState(null, "", writeState(this.state));
    this.choose({ from });
  }

  close() {
    const uid = this.state.feature;
    if (uid) {
      this.state.feature = "";
      history.pushState(null, "", writeState(this.state) || location.pathname);
    }
    if (this.panel.from && !this.panel.from.isConnected) this.panel.from = this.results.link(uid) ?? this.marks.button(uid);
    this.panel.hide();
    this.mark();
  }

  async choose({ from = null, focus = true }) {
    if (!this.state.feature) {
      this.panel.hide();
      return this.mark();
    }
    if (from && this.sheet.state === "open") this.sheet.set("peek");
    if (from) this.panel.from = from;
    if (this.panel.open?.uid !== this.state.feature) await this.panel.show(this.state, { focus });
    this.mark();
    const open = this.panel.open;
    if (open?.point && !this.territories.paths.has(open.uid)) reveal(this.map, open.point, this.panel.element, this);
  }

  /** Shows what is open, on the map and in the list. */
  mark() {
    const open = this.panel.open;
    this.territories.choose(open?.uid ?? "");
    this.results.choose(open?.uid ?? "");
    this.rings.choose(open?.point && !this.territories.paths.has(open.uid) ? open : null);
  }

  /** Goes into a group: nearer, or, when nothing more comes apart, the list of what lies there. */
  enter(group, apart, from) {
    if (apart) {
      const bounds = boundsOf(groupBox(group));
      const zoom = Math.max(this.map.getZoom() + 1, Math.min(this.map.getBoundsZoom(bounds, false, [60, 60]), this.map.getMaxZoom()));
      this.map.setView(bounds.getCenter(), Math.min(zoom, this.map.getMaxZoom()));
      return;
    }
    thingsOf(group, this.config.city, this.state).then(
      (things) => {
        this.panel.from = from;
        this.panel.fill(stackList(this.config, things, group.count));
      },
      () => this.tell(this.config.words.failed, () => this.enter(group, apart, from)),
    );
  }

  tell = (text, again) => this.notice.tell(text, again);
}

customElements.define("city-map", CityMap);
