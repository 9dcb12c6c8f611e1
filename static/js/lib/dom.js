/** Elements from words. Text is always text: nothing here reads markup from data. */

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An HTML element; `false`, `null` and `undefined` attributes are left out. */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** The markup of a fragment that our own server made, as a DocumentFragment. */
export function parse(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return template.content;
}

/** Runs `action` once things have been quiet for `wait` milliseconds. */
export function settled(action, wait) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...given), wait);
  };
}

const SPELL = 16; // milliseconds of work after which the page may see to its reader

/** Lets the page answer its reader before what comes next. */
export const rest = () => globalThis.scheduler?.yield?.() ?? new Promise((go) => setTimeout(go));

/** Lets the page answer its reader when work has gone on for a spell: `const rest = spells(); … if (await rest()) …`.
 * Answers whether it rested, after which `stale` things must be looked at again. */
export function spells() {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < SPELL) return false;
    await rest();
    began = performance.now();
    return true;
  };
}

export const prefersStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
