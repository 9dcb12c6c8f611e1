/** The form of search, kinds and filters, in step with the state. */

import { counted } from "../lib/words.js";
import { isFace, readArea, readRing, writeNumbers } from "./address.js";

const FITTING = ["neighbourhood", "district", "near", "area"];
const ASKED = ["layers", "q", "datetime", "day", "near", "area"];

export class Controls {
  /** `change(state, {fit})`: a person chose something; `fit` when the map should move to what is found. */
  constructor(form, config, change) {
    this.form = form;
    this.config = config;
    this.filters = form.querySelector("[data-filters]");
    form.addEventListener("change", (event) => {
      if (event.target.form !== form || event.target.name === "q") return;
      change(this.read(event.target.name), { fit: FITTING.includes(event.target.name) });
    });
    form.addEventListener("click", (event) => {
      const toggle = event.target.closest("[data-toggles]");
      if (!toggle || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      this.#toggle(toggle);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== " " || !event.target.matches("[data-toggles]")) return;
      event.preventDefault();
      this.#toggle(event.target);
    });
    for (const toggle of form.querySelectorAll("[data-toggles]")) toggle.setAttribute("role", "button");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const done = event.submitter?.hasAttribute("data-filters-done");
      if (done) this.filters.open = false;
      else change(this.read(), { fit: true });
      form.querySelector("#q").blur();
    });
    form.querySelector("#q").addEventListener("search", ({ target }) => {
      if (!target.value) change(this.read(), { fit: false });
    });
    this.filters.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.filters.open) return;
      event.preventDefault();
      this.filters.open = false;
      this.filters.querySelector("summary").focus();
    });
  }

  /** A state pressed in the legend is the same box that stands among the filters. */
  #toggle({ dataset: { toggles, value } }) {
    const box = this.form.querySelector(`input[name="${CSS.escape(toggles)}"][value="${CSS.escape(value)}"]`);
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What the form says: {layers, q, filters, time, near, area}; a day counts when it is what `changed`. */
  read(changed = "") {
    const data = new FormData(this.form);
    const layers = data.getAll("layers").filter(Boolean);
    const first = this.config.layers.filter((layer) => layer.visible).map((layer) => layer.slug);
    const filters = {};
    for (const [name, value] of data) {
      if (value && !ASKED.includes(name)) (filters[name] ??= []).push(value);
    }
    const same = layers.length === first.length && first.every((slug) => layers.includes(slug));
    const time = (changed === "day" && data.get("day")) || data.get("datetime") || "";
    const [near, area] = [readRing(data.get("near")), readArea(data.get("area"))];
    return { layers: same ? null : layers, q: data.get("q").trim(), filters, time, near, area };
  }

  /** Makes the form say a state. */
  write(state) {
    const first = this.config.layers.filter((layer) => layer.visible).map((layer) => layer.slug);
    const shown = new Set(state.layers ?? first);
    let narrowed = 0;
    for (const control of this.form.elements) {
      if (control.type === "checkbox") {
        const chosen = control.name === "layers" ? shown : new Set(state.filters[control.name] ?? []);
        control.checked = chosen.has(control.value);
        if (control.name !== "layers" && control.checked) narrowed += 1;
      } else if (ASKED.includes(control.name)) {
        if (control.name === "q") control.value = state.q;
        else if (control.name === "near" || control.name === "area") {
          control.value = state[control.name] ? writeNumbers(state[control.name]) : "";
        }
      } else if (control.type === "select-one") {
        control.value = state.filters[control.name]?.[0] ?? "";
        if (control.value && !isFace(control.name)) narrowed += 1;
      }
    }
    for (const toggle of this.form.querySelectorAll("[data-toggles]")) {
      const on = (state.filters[toggle.dataset.toggles] ?? []).includes(toggle.dataset.value);
      toggle.setAttribute("aria-pressed", String(on));
      toggle.removeAttribute("aria-current");
    }
    this.filters.toggleAttribute("data-active", narrowed > 0);
    const words = this.config.words;
    const label = this.form.querySelector("[data-filters-label]");
    label.textContent = narrowed ? counted(words.filters, narrowed) : words.noFilters;
  }
}
