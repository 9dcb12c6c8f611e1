/** The panel of the chosen thing, made by the server; Escape closes it and focus goes back where it came from. */

import { parse } from "../lib/dom.js";
import { latest, loadMarkup } from "../lib/load.js";
import { writeState } from "./address.js";

const numbers = (text) => text?.split(",").map(Number) ?? null;

export class Panel {
  constructor(element, { close }) {
    this.element = element;
    this.read = latest(loadMarkup);
    this.from = null;
    element.addEventListener("click", (event) => {
      if (!event.target.closest("[data-panel-close]")) return;
      event.preventDefault();
      close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.element.hidden && !event.defaultPrevented) close();
    });
  }

  /** What is open: {uid, layer, fill, point, box}; null when nothing is. */
  get open() {
    const inside = this.element.hidden ? null : this.element.querySelector("[data-uid]");
    if (!inside) return null;
    const { uid, layer, fill, point, box } = inside.dataset;
    return { uid, layer, fill, point: numbers(point), box: numbers(box) };
  }

  /** Opens the thing of the state; `from` gets the focus back at the end. False when it is not there. */
  async show(state, { focus = true } = {}) {
    let markup;
    try {
      markup = await this.read(writeState(state, { fragment: "panel" }));
    } catch {
      return false;
    }
    if (markup === undefined) return false;
    this.element.replaceChildren(parse(markup));
    this.element.hidden = false;
    this.element.scrollTop = 0;
    if (focus) this.element.querySelector(".panel-name")?.focus({ preventScroll: true });
    return true;
  }

  /** Shows something made here, such as the list of what lies at one spot. */
  fill(...nodes) {
    this.element.replaceChildren(...nodes);
    this.element.hidden = false;
    this.element.querySelector(".panel-name")?.focus({ preventScroll: true });
  }

  hide() {
    const inside = this.element.contains(document.activeElement);
    this.element.hidden = true;
    this.element.replaceChildren();
    if (inside && this.from?.isConnected) this.from.focus({ preventScroll: true });
    this.from = null;
  }
}
