/** The list of the things at one spot, for the panel. What the server has gathered is asked for by its box. */

import { el } from "../lib/dom.js";
import { loadJSON } from "../lib/load.js";
import { boxOf, meet } from "../lib/place.js";
import { counted } from "../lib/words.js";
import { layerQuery } from "./address.js";
import { markOf } from "./marks.js";

const MOST = 100;

/** The things of a group, each by itself: [{key, layer, feature}], at most so many. */
export async function thingsOf(group, city, state) {
  const parts = await Promise.all(group.things.map((thing) => (thing.feature ? [thing] : gathered(thing, city, state))));
  const unique = new Map(parts.flat().map((thing) => [thing.key, thing]));
  return [...unique.values()].slice(0, MOST);
}

async function gathered({ layer, box }, city, state) {
  const query = layerQuery(city, state, layer);
  const collection = await loadJSON(`/layers/${layer.slug}.geojson?${query}&bbox=${box.join(",")}&limit=${MOST * 2}`);
  const here = collection.features.filter(({ geometry }) => geometry && meet(boxOf(geometry), box));
  return here.map((feature) => ({ key: feature.id, layer, feature }));
}

/** The panel's content for these things; `count` is how many there are in all. */
export function stackList(config, things, count) {
  const items = things.map(({ key, layer, feature }) => {
    const state = feature.properties[layer.attribute];
    const link = el("a", { class: "thing-name", href: `?feature=${key}`, "data-open": key }, feature.properties.name);
    const line = el("p", { class: "thing-line" }, [layer.singular, layer.states[state]].filter(Boolean).join(", "));
    return el("li", { class: "thing" }, markOf(config, layer.kind, layer.fills[state] ?? "hollow"), link, line);
  });
  const close = el("button", { class: "panel-close", type: "button", "data-panel-close": true, "aria-label": config.words.close }, "×");
  const title = el("h2", { class: "panel-name", tabindex: -1 }, counted(config.words.stack, count));
  const more = count > things.length ? el("p", { class: "soft" }, counted(config.words.besides, count - things.length)) : null;
  return el("div", { class: "panel-in" }, el("div", { class: "panel-head" }, title, close), el("ol", { class: "things" }, ...items), more);
}
