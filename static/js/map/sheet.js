/** The list as a sheet on narrow screens: low (its title), peek (map and list), open (the list). Dragged or pressed. */

const ORDER = ["low", "peek", "open"];
const FLICK = 24; // pixels of drag that mean it

export class Sheet {
  /** `moved()` is told when the map has another size. */
  constructor(root, sheet, words, moved) {
    this.root = root;
    this.sheet = sheet;
    this.words = words;
    this.moved = moved;
    this.handle = sheet.querySelector("[data-sheet-toggle]");
    this.handle.addEventListener("click", () => {
      if (!this.dragged) this.set(this.state === "open" ? "peek" : "open");
      this.dragged = false;
    });
    this.handle.addEventListener("keydown", (event) => this.#key(event));
    this.handle.addEventListener("pointerdown", (event) => this.#grab(event));
  }

  get state() {
    return this.root.dataset.sheet;
  }

  set(state) {
    this.root.dataset.sheet = state;
    this.sheet.scrollTop = 0;
    const open = state === "open";
    this.handle.setAttribute("aria-expanded", String(open));
    this.handle.firstElementChild.textContent = open ? this.words.showMap : this.words.showList;
    this.moved();
  }

  #key(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.set(ORDER[Math.max(0, Math.min(2, ORDER.indexOf(this.state) + step))]);
  }

  #grab(event) {
    const from = event.clientY;
    const height = this.sheet.offsetHeight;
    this.handle.setPointerCapture(event.pointerId);
    const drag = ({ clientY }) => {
      if (Math.abs(clientY - from) < 4) return;
      this.dragged = true;
      this.sheet.classList.add("is-dragged");
      this.sheet.style.height = `${Math.max(60, height + from - clientY)}px`;
    };
    const drop = ({ clientY }) => {
      this.handle.removeEventListener("pointermove", drag);
      this.sheet.classList.remove("is-dragged");
      this.sheet.style.height = "";
      const up = from - clientY;
      const now = ORDER.indexOf(this.state);
      const steps = Math.abs(up) < FLICK ? 0 : Math.sign(up) * (Math.abs(up) > this.root.offsetHeight * 0.4 ? 2 : 1);
      if (steps) this.set(ORDER[Math.max(0, Math.min(2, now + steps))]);
    };
    this.handle.addEventListener("pointermove", drag);
    this.handle.addEventListener("pointerup", drop, { once: true });
    this.handle.addEventListener("pointercancel", drop, { once: true });
  }
}
