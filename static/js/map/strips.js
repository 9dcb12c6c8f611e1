/** Strips over the map's lower edge, opened by the tools: one at a time. */

export class Strips {
  /** `opened(name)` is told which strip now stands open, "" for none. */
  constructor(root, opened) {
    this.root = root;
    this.opened = opened;
    for (const tool of root.querySelectorAll("[data-strip-open]")) {
      tool.addEventListener("click", () => this.show(tool.dataset.stripOpen === this.open ? "" : tool.dataset.stripOpen, true));
    }
    root.addEventListener("click", (event) => {
      if (event.target.closest("[data-strip-close]")) this.show("", true);
    });
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.open || !event.target.closest("[data-strip], [data-strip-open]")) return;
      event.preventDefault();
      this.show("", true);
    });
    for (const strip of root.querySelectorAll("[data-strip]")) strip.hidden = true;
  }

  get open() {
    return this.root.querySelector("[data-strip]:not([hidden])")?.dataset.strip ?? "";
  }

  /** Opens a strip, closing the others; `focus` goes into it, or back to its tool. */
  show(name, focus = false) {
    const before = this.open;
    if (before === name) return;
    for (const strip of this.root.querySelectorAll("[data-strip]")) strip.hidden = strip.dataset.strip !== name;
    for (const tool of this.root.querySelectorAll("[data-strip-open]")) {
      tool.setAttribute("aria-expanded", String(tool.dataset.stripOpen === name));
    }
    if (focus && name) this.root.querySelector(`[data-strip="${name}"]`).querySelector("select, [data-corner]")?.focus();
    else if (focus) this.root.querySelector(`[data-strip-open="${before}"]`)?.focus();
    this.opened(name);
  }
}
