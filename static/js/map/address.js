/**
 * The state of the map page, and nothing but, is the query of its address.
 *
 * State: {layers: [slug] | null, q, box: [w, s, e, n] | null, feature, filters: {"buildings.use_status": [value]}}
 * `layers` null means those shown at first.
 */

const KNOWN = new Set(["layers", "q", "bbox", "feature", "fragment", "page", "near"]);

function readBox(text) {
  const numbers = (text ?? "").split(",").map((part) => (part.trim() ? Number(part) : NaN));
  return numbers.length === 4 && numbers.every(Number.isFinite) ? numbers : null;
}

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
  };
}

const encode = (text) => encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%20", "+");
const pairs = (entries) => entries.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
export const writeBox = (box) => box.map((degrees) => Number(degrees.toFixed(6))).join(",");

function filterPairs(filters) {
  return Object.keys(filters).sort().flatMap((name) => [...filters[name]].sort().map((value) => [name, value]));
}

/** The query that says a state, always in the same order; empty for the first view. */
export function writeState(state, extra = {}) {
  const entries = [];
  if (state.layers) entries.push(["layers", state.layers.join(",")]);
  if (state.q) entries.push(["q", state.q]);
  entries.push(...filterPairs(state.filters));
  if (state.box) entries.push(["bbox", writeBox(state.box)]);
  if (state.feature) entries.push(["feature", state.feature]);
  entries.push(...Object.entries(extra));
  return entries.length ? `?${pairs(entries)}` : "";
}

/** What the data of one layer is asked with: the city, the words, and the filters this layer knows. */
export function layerQuery(city, state, layer) {
  const entries = [["city", city]];
  if (state.q) entries.push(["q", state.q]);
  for (const [name, value] of filterPairs(state.filters)) {
    const own = name.startsWith(`${layer.slug}.`) ? name.slice(layer.slug.length + 1) : name;
    if (layer.filters.includes(own) && (own !== name || !name.includes("."))) entries.push([own, value]);
  }
  return pairs(entries);
}
