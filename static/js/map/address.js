/**
 * The state of the map page, and nothing but, is the query of its address.
 *
 * State: {layers: [slug] | null, q, box: [w, s, e, n] | null, feature, filters: {"buildings.use_status": [value]},
 * time: "2018-01-01/2018-12-31", near: [longitude, latitude, metres] | null, area: [[longitude, latitude], …] | null}
 * `layers` null means those shown at first.
 */

const KNOWN = new Set(["layers", "q", "bbox", "feature", "fragment", "page", "near", "area", "datetime", "day"]);

function readNumbers(text) {
  const numbers = (text ?? "").split(",").map((part) => (part.trim() ? Number(part) : NaN));
  return numbers.every(Number.isFinite) ? numbers : [];
}

function readBox(text) {
  const numbers = readNumbers(text);
  return numbers.length === 4 ? numbers : null;
}

/** The ring [longitude, latitude, metres] that a text says; null when it says none. */
export function readRing(text) {
  const numbers = readNumbers(text);
  return numbers.length === 3 && numbers[2] > 0 ? numbers : null;
}

/** The corners that a text says, from three on; else null. */
export function readArea(text) {
  const numbers = readNumbers(text);
  if (numbers.length < 6 || numbers.length % 2) return null;
  return numbers.flatMap((x, i) => (i % 2 ? [] : [[x, numbers[i + 1]]]));
}

export const writeNumbers = (numbers) => numbers.flat().join(",");

/** The state that an address says. */
export function readState(search) {
  const params = new URLSearchParams(search);
  const filters = {};
  for (const [name, value] of params) {
    if (!KNOWN.has(name) && value) (filters[name] ??= []).push(value);
  }
  return {
    layers: params.has("layers") ? params.getAll("layers").join(",").split(",").filter(Boolean) : null,
    q: (params.get("q") ?? "").trim(),
    box: readBox(params.get("bbox")),
    feature: params.get("feature") ?? "",
    filters,
    time: params.get("day") || params.get("datetime") || "",
    near: readRing(params.get("near")),
    area: readArea(params.get("area")),
  };
}

const encode = (text) => encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%20", "+");
const pairs = (entries) => entries.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
export const writeBox = (box) => box.map((degrees) => Number(degrees.toFixed(6))).join(",");

/** What is asked of time and place, beside the box. */
function askedPairs({ time, near, area }, temporal = true) {
  const pairs = time && temporal ? [["datetime", time]] : [];
  if (near) pairs.push(["near", writeNumbers(near)]);
  if (area) pairs.push(["area", writeNumbers(area)]);
  return pairs;
}

function filterPairs(filters) {
  return Object.keys(filters).sort().flatMap((name) => [...filters[name]].sort().map((value) => [name, value]));
}

/** The query that says a state, always in the same order; empty for the first view. */
export function writeState(state, extra = {}) {
  const entries = [];
  if (state.layers) entries.push(["layers", state.layers.join(",")]);
  if (state.q) entries.push(["q", state.q]);
  entries.push(...filterPairs(state.filters), ...askedPairs(state));
  if (state.box) entries.push(["bbox", writeBox(state.box)]);
  if (state.feature) entries.push(["feature", state.feature]);
  entries.push(...Object.entries(extra));
  return entries.length ? `?${pairs(entries)}` : "";
}

/** What the data of one layer is asked with: the city, the words, time and place, and the filters this layer knows. */
export function layerQuery(city, state, layer) {
  const entries = [["city", city]];
  if (state.q) entries.push(["q", state.q]);
  for (const [name, value] of filterPairs(state.filters)) {
    const own = name.startsWith(`${layer.slug}.`) ? name.slice(layer.slug.length + 1) : name;
    if (layer.filters.includes(own) && (own !== name || !name.includes("."))) entries.push([own, value]);
  }
  entries.push(...askedPairs(state, layer.temporal));
  return pairs(entries);
}

/** Whether the name of a filter says only how a layer is drawn. */
export const isFace = (name) => name.split(".").at(-1) === "shown";

/** How a state draws its layers, as a text to compare. */
export const writeFaces = ({ filters }) => pairs(filterPairs(filters).filter(([name]) => isFace(name)));

/** Whether a state asks for less than everything, whatever its box. */
export const isNarrowed = ({ q, filters, time, near, area }) =>
  Boolean(q || time || near || area || Object.keys(filters).some((name) => !isFace(name)));
