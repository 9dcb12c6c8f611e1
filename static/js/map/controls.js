/** The form of search, kinds and filters, in step with the state. */

import { counted } from "../lib/words.js";

const TERRITORIES = ["neighbourhood", "district"];

export class Controls {
  /** `change(state, {fit})`: a person chose something; `fit` when the map should move to what is found. */
  constructor(form, config, change) {
    this.form = form;
    this.config = config;
    this.filters = form.querySelector("[data-filters]");
    form.addEventListener("change", (event) => {
      if (event.target.name !== "q") change(this.read(), { fit: TERRITORIES.includes(event.target.name) });
    });
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

  /** What the form says: {layers, q, filters}. */
  read() {
    const data = new FormData(this.form);
    const layers = data.getAll("layers").filter(Boolean);
    const first = this.config.layers.filter((layer) => layer.visible).map((layer) => layer.slug);
    const filters = {};
    for (const [name, value] of data) {
      if (value && name !== "layers" && name !== "q") (filters[name] ??= []).push(value);
    }
    const same = layers.length === first.length && first.every((slug) => layers.includes(slug));
    return { layers: same ? null : layers, q: data.get("q").trim(), filters };
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
      } else if (control.type === "select-one") {
        control.value = state.filters[control.name]?.[0] ?? "";
        if (control.value) narrowed += 1;
      } else if (control.name === "q") control.value = state.q;
    }
    this.filters.toggleAttribute("data-active", narrowed > 0);
    const words = this.config.words;
    const label = this.form.querySelector("[data-filters-label]");
    label.textContent = narrowed ? counted(words.filters, narrowed) : words.noFilters;
  }
}
