/** The list beside the map: always what the map shows, asked of the server as a fragment of the same page. */

import { parse, settled } from "../lib/dom.js";
import { latest, loadMarkup } from "../lib/load.js";
import { written } from "../lib/words.js";
import { writeState } from "./address.js";

const QUIET = 600; // milliseconds without another change before what was found is said, once

export class Results {
  /** `point(item, on)` when a line of the list is pointed at. */
  constructor(element, config, live, { point }) {
    this.element = element;
    this.config = config;
    this.live = live;
    this.read = latest(loadMarkup);
    this.list = element.querySelector("[data-found]");
    for (const [type, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
      this.list.addEventListener(type, (event) => {
        const item = event.target.closest?.("[data-uid]");
        if (item) point(item, on);
      });
    }
    this.list.addEventListener("click", (event) => {
      const more = event.target.closest("[data-more]");
      if (more && !event.metaKey && !event.ctrlKey) {
        event.preventDefault();
        this.#more(more);
      }
    });
    const shut = (event) => this.#shut(event);
    document.addEventListener("pointerdown", shut);
    document.addEventListener("keydown", shut);
    this.#counts();
    this.spoken = this.said;
    this.say = settled(() => {
      if (this.spoken !== this.said) this.live.textContent = this.spoken = this.said;
    }, QUIET);
  }

  get found() {
    return this.list.querySelector(".found");
  }

  get total() {
    return Number(this.found.dataset.total);
  }

  /** The box around everything found in the city, when words or filters narrow the view; else null. */
  get extent() {
    return this.found.dataset.extent?.split(",").map(Number) ?? null;
  }

  /** What was found, in words. */
  get said() {
    return this.list.querySelector("[data-found-title]").textContent.trim().replace(/\s+/g, " ");
  }

  /** The address of the server's drawing of what is listed. */
  get image() {
    return this.found.dataset.image;
  }

  get straddling() {
    return this.counted?.straddling ?? [];
  }

  /** Asks for the list of a state and shows it. Answers false when a later question overtook this one. */
  async show(state) {
    this.found.classList.add("is-stale");
    const markup = await this.read(writeState({ ...state, feature: "" }, { fragment: "list" }) || "?fragment=list");
    if (markup === undefined) return false;
    this.#replace(markup);
    this.choose(state.feature);
    this.#counts();
    this.say();
    return true;
  }

  /** Puts new markup in the place of the old. What was open stays open, what had the focus keeps it. */
  #replace(markup) {
    const open = this.list.querySelector("[data-download]")?.open;
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    this.list.replaceChildren(parse(markup));
    const download = this.list.querySelector("[data-download]");
    if (download && open) download.open = true;
    if (!focused) return;
    const again = focused.dataset.open ? this.link(focused.dataset.open) : null;
    (again ?? this.element.querySelector("#results")).focus({ preventScroll: true });
  }

  /** Shows which line is the open one. */
  choose(uid) {
    for (const item of this.list.querySelectorAll("[data-uid]")) {
      const chosen = item.dataset.uid === uid;
      item.classList.toggle("is-chosen", chosen);
      const link = item.querySelector("[data-open]");
      if (chosen) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
  }

  /** Shows which lines a mark stands for. */
  light(uids) {
    for (const item of this.list.querySelectorAll("[data-uid]")) {
      item.classList.toggle("is-lit", uids.has(item.dataset.uid));
    }
  }

  link(uid) {
    return this.list.querySelector(`[data-uid="${CSS.escape(uid)}"] [data-open]`);
  }

  /** Closes the download menu on Escape, or on a press anywhere else. */
  #shut(event) {
    const menu = this.list.querySelector("[data-download][open]");
    if (!menu || (event.type === "keydown" ? event.key !== "Escape" : menu.contains(event.target))) return;
    menu.open = false;
    if (event.type === "keydown") menu.querySelector("summary").focus();
    event.preventDefault();
  }

  #counts() {
    const script = this.found.querySelector('script[type="application/json"]');
    const before = this.counted?.counts; // at first the server's own words stand there
    this.counted = script ? JSON.parse(script.textContent) : { counts: {}, straddling: [] };
    for (const [name, count] of Object.entries(before ? this.counted.counts : {})) {
      if (before[name] === count) continue;
      const place = this.element.querySelector(`[data-count="${CSS.escape(name)}"]`);
      if (place) place.textContent = written(count);
    }
  }

  async #more(link) {
    const url = new URL(link.href);
    url.searchParams.set("fragment", "list");
    const next = parse(await loadMarkup(url.pathname + url.search));
    const items = [...next.querySelectorAll("[data-places] > li")];
    this.list.querySelector("[data-places]").append(...items);
    const further = next.querySelector(".more");
    link.closest(".more").replaceWith(...(further ? [further] : []));
    items[0]?.querySelector("a")?.focus();
  }
}
