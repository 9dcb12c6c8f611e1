/** Many buttons, one stop of the tabulator: arrows go from one to the next in the order in which one reads. */

const ROW = 48; // pixels: what is no more apart stands in one line

export class Rove {
  /** `spots()` gives the buttons with their place in pixels: [{button, x, y}]. */
  constructor(pane, label, spots) {
    this.spots = spots;
    pane.setAttribute("role", "group");
    pane.setAttribute("aria-label", label);
    pane.addEventListener("keydown", (event) => this.#key(event));
    pane.addEventListener("focusin", (event) => this.#hold(event.target));
  }

  /** Takes in what is drawn now: one of all can be reached by the tabulator. */
  refresh() {
    const spots = this.#ordered();
    const held = spots.find(({ button }) => button === this.held) ?? spots[0];
    for (const { button } of spots) button.tabIndex = -1;
    this.held = held?.button;
    if (held) held.button.tabIndex = 0;
  }

  #ordered() {
    const line = ({ y }) => Math.floor(y / ROW);
    return this.spots().sort((a, b) => line(a) - line(b) || a.x - b.x);
  }

  #hold(button) {
    if (!this.spots().some((spot) => spot.button === button)) return;
    if (this.held) this.held.tabIndex = -1;
    this.held = button;
    button.tabIndex = 0;
  }

  #key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const spots = this.#ordered();
    const now = spots.findIndex(({ button }) => button === event.target);
    if (now < 0) return;
    event.preventDefault();
    event.stopPropagation();
    spots[Math.max(0, Math.min(spots.length - 1, now + step))].button.focus({ preventScroll: false });
  }
}
