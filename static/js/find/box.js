/**
 * A search box that suggests while somebody types: the combobox of the ARIA practices, over a form that works without.
 *
 * The element with `data-find` holds the field; its address answers `?q=` with {said, hits}. Choosing a suggestion
 * sends `find:choose` with the hit; unless that is prevented, the page of the hit opens.
 */

import { el, settled, svg } from "../lib/dom.js";
import { latest, loadJSON } from "../lib/load.js";

const LEAST = 2; // letters
const WAIT = 150; // milliseconds of quiet before asking

let boxes = 0;

export class FindBox {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector('input[name="q"]');
    this.id = `find-list-${++boxes}`;
    this.read = latest(loadJSON);
    this.hits = [];
    this.at = -1;
    this.list = el("div", { class: "find-list", id: this.id, role: "listbox", "aria-label": root.dataset.label, hidden: true });
    this.live = el("p", { class: "visually-hidden", role: "status" });
    root.append(this.list, this.live);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.id]]) {
      this.input.setAttribute(name, value);
    }
    const ask = settled(() => this.ask(), WAIT);
    this.input.addEventListener("input", ask);
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) this.choose(this.hits[Number(option.dataset.at)]);
    });
  }

  get open() {
    return !this.list.hidden;
  }

  /** Asks for what was typed, and shows it if the field still has the focus. */
  async ask() {
    const words = this.input.value.trim();
    if (words.length < LEAST) return this.close();
    const answer = await this.read(`${this.root.dataset.find}?q=${encodeURIComponent(words)}`).catch(() => null);
    if (answer === undefined || document.activeElement !== this.input || this.input.value.trim() !== words) return;
    if (!answer) return this.close();
    this.show(answer);
  }

  show({ hits, said }) {
    this.hits = hits;
    this.at = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...this.groups());
    this.list.hidden = !hits.length;
    this.list.scrollTop = 0;
    this.input.setAttribute("aria-expanded", String(this.open));
    this.live.textContent = said;
  }

  /** The suggestions, those of one kind under its word. */
  groups() {
    const found = [];
    this.hits.forEach((hit, at) => {
      if (found.at(-1)?.kind !== hit.kind) {
        const id = `${this.id}-kind-${found.length}`;
        const group = el("div", { role: "group", "aria-labelledby": id });
        group.append(el("p", { class: "find-kind", id, role: "presentation" }, hit.kind));
        found.push({ kind: hit.kind, group });
      }
      found.at(-1).group.append(this.option(hit, at));
    });
    return found.map(({ group }) => group);
  }

  option(hit, at) {
    const [kind, fill] = hit.mark;
    const use = svg("use", { href: `${this.root.dataset.marks}#${kind}` });
    const sign = { class: `mark mark-${kind}`, "data-fill": fill, width: 28, height: 28, "aria-hidden": "true", focusable: "false" };
    const name = el("span", { class: "find-name" }, ...hit.pieces.map(([text, answers]) => (answers ? el("mark", {}, text) : text)));
    const line = el("span", { class: "find-line" }, hit.line);
    const words = el("span", { class: "find-words" }, name, line);
    return el("div", { class: "find-option", role: "option", id: `${this.id}-${at}`, "data-at": at, "aria-selected": "false" }, svg("svg", sign, use), words);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (!this.open) this.ask();
      else if (!event.altKey) this.move(step);
      else if (step < 0) this.close();
    } else if (event.key === "Enter" && this.open && this.at >= 0 && !event.isComposing) {
      event.preventDefault();
      this.choose(this.hits[this.at]);
    } else if (event.key === "Enter") {
      this.close();
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  /** Goes to the next suggestion or the one before; between the last and the first lies the field itself. */
  move(step) {
    const places = this.hits.length + 1;
    this.at = ((this.at + 1 + step + places) % places) - 1;
    for (const option of this.list.querySelectorAll('[role="option"]')) {
      const chosen = Number(option.dataset.at) === this.at;
      option.setAttribute("aria-selected", String(chosen));
      if (chosen) option.scrollIntoView({ block: "nearest" });
    }
    if (this.at < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.id}-${this.at}`);
  }

  choose(hit) {
    this.input.value = hit.name;
    this.close();
    const chosen = new CustomEvent("find:choose", { detail: hit, bubbles: true, cancelable: true });
    if (this.root.dispatchEvent(chosen)) location.assign(hit.url);
  }

  close() {
    this.at = -1;
    this.list.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-expanded", "false");
  }
}

for (const root of document.querySelectorAll("[data-find]")) new FindBox(root);
