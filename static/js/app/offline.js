/** The page that stands where there is no network: the drafts of this browser, to read and to go on with. */

import { el } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { copies, copyOf, keepCopy } from "./copies.js";

const words = document.querySelector("[data-copies]").dataset;
const room = document.querySelector("[data-copies]");
const language = document.documentElement.lang;
const time = (at) => new Date(at).toLocaleString(language, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

function field(copy, text) {
  const id = `text_${text.name}`;
  const input = el(text.long ? "textarea" : "input", { id, rows: text.long ? 6 : null, maxlength: text.most > 0 ? text.most : null, type: text.long ? null : "text" });
  input.value = text.value;
  input.addEventListener("input", () => {
    text.value = input.value;
    copy.changed = keepCopy({ ...copy, changed: true });
    document.querySelector("[data-copy-state]").textContent = copy.changed ? words.keptHere : words.full;
  });
  return el("div", { class: "field" }, el("label", { for: id }, text.label), input);
}

/** One draft, its texts open to write in. */
function draft(copy) {
  const state = el("p", { class: "alert alert-notice", role: "status", "data-copy-state": true }, say(words.when, { when: time(copy.at) }));
  room.append(
    el("h2", {}, copy.name || words.unnamed), state,
    el("div", { class: "stack copy-texts" }, ...copy.texts.map((text) => field(copy, text))),
    el("p", { class: "soft" }, words.rest),
  );
}

function list(all) {
  const item = (copy) => el("li", {}, el("a", { href: copy.address }, copy.name || words.unnamed), ` ${time(copy.at)}${copy.changed ? `, ${words.unsent}` : ""}`);
  room.append(el("h2", {}, words.yours), el("ul", { class: "plain-list" }, ...all.map(item)));
}

const here = copyOf(location.pathname);
const others = copies().filter(({ address }) => address !== here?.address);
if (here) draft(here);
if (others.length) list(others);
document.querySelector("[data-again]").hidden = false;
document.querySelector("[data-again]").addEventListener("click", () => location.reload());

/** Loads what was asked for as soon as it answers: a device says that it is connected before it is. */
async function again() {
  if (!navigator.onLine || location.pathname === words.here) return;
  const there = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (there) location.reload();
}

addEventListener("online", again);
setInterval(again, 3000);
