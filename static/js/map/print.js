/** The sheet of paper: the server's drawing of what the map shows now, its scale, its address. */

const SIZE = [1000, 750];
const STEPS = [5, 2, 1];
const SHARE = 4;

/** A round number of metres no longer than this. */
export function roundLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return STEPS.map((step) => step * power).find((length) => length <= most);
}

/** Metres in a pixel of a drawing of a box, which is widened to the drawing's proportions. */
export function metresPerPixel([west, south, east, north], [width, height] = SIZE) {
  const row = (latitude) => Math.asinh(Math.tan((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180));
  const across = ((east - west) * Math.PI) / 180 / width;
  const down = (row(north) - row(south)) / height;
  return Math.max(across, down) * 6_378_137 * Math.cos((((south + north) / 2) * Math.PI) / 180);
}

export class Print {
  constructor(root, button, distanceWords) {
    this.root = root;
    this.words = distanceWords;
    button?.addEventListener("click", () => this.print());
    addEventListener("beforeprint", () => this.#draw());
  }

  /** Keeps the sheet in step; the drawing itself is only asked for when somebody prints. */
  write(box, address, shown, said) {
    const find = (name) => this.root.querySelector(`[data-imprint-${name}]`);
    this.address = address;
    const metres = metresPerPixel(box);
    const length = roundLength((metres * SIZE[0]) / SHARE);
    find("bar").setAttribute("d", `M1 4v12h${Math.round(length / metres)}V4`);
    find("words").textContent = this.words(length);
    find("said").textContent = said;
    find("address").textContent = location.href;
    for (const row of this.root.querySelectorAll("[data-imprint-layer]")) row.hidden = !shown.includes(row.dataset.imprintLayer);
  }

  async print() {
    const image = this.#draw();
    image.setAttribute("loading", "eager");
    await image.decode().catch(() => {});
    print();
  }

  /** Asks for the drawing. Not before: a lazy picture that once came is not lazy any more, and each would be laid out. */
  #draw() {
    const image = this.root.querySelector("[data-imprint-map]");
    if (this.address && image.getAttribute("src") !== this.address) image.setAttribute("src", this.address);
    return image;
  }
}
