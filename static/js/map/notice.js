/** A word over the map about something that happened, and perhaps a way to try again. */

import { el } from "../lib/dom.js";

export class Notice {
  constructor(element, words) {
    this.element = element;
    this.words = words;
  }

  /** Says a text for a while; `again` is what trying again does. */
  tell(text, again) {
    clearTimeout(this.silence);
    this.element.replaceChildren(text);
    if (again) {
      const button = el("button", { type: "button", class: "button button-quiet" }, this.words.again);
      button.addEventListener("click", () => {
        this.element.hidden = true;
        again();
      });
      this.element.append(button);
    }
    this.element.hidden = false;
    this.silence = setTimeout(() => (this.element.hidden = true), again ? 30_000 : 7_000);
  }
}
