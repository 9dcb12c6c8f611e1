/** The writing page: it saves itself, finds places, draws on the map, and says what is still missing. */

import { el, parse } from "../lib/dom.js";
import { loadJSON, loadMarkup } from "../lib/load.js";
import { say } from "../lib/words.js";
import { Copy } from "./copy.js";
import { Draw } from "./draw.js";
import { Keeper } from "./keeper.js";
import * as parts from "./parts.js";

const form = document.querySelector("[data-draft]");
const config = JSON.parse(document.getElementById("draft-config").textContent);
const { words } = config;
const status = document.querySelector("[data-saved]");
const part = (name) => document.querySelector(`[data-${name}]`);

function tell(sentence, { wrong = false, action = null } = {}) {
  status.dataset.state = wrong ? "wrong" : "well";
  status.replaceChildren(el("span", {}, sentence), ...(action ? [" ", action] : []));
}

/** The words of an error beside its field; none takes it away. */
function fault(name, sentence) {
  const said = document.getElementById(`error_${name}`);
  if (!said) return;
  said.textContent = sentence;
  said.hidden = !sentence;
  said.closest("[data-field]").classList.toggle("field-wrong", Boolean(sentence));
  const input = document.getElementById(`id_${name}`);
  input?.setAttribute("aria-invalid", String(Boolean(sentence)));
  if (sentence) parts.open(said);
  if (sentence) input?.setAttribute("aria-errormessage", said.id);
  else input?.removeAttribute("aria-errormessage");
}

function labels(names) {
  return names.map((name) => {
    const label = document.querySelector(name === "place" ? "#where" : `label[for="id_${name}"], [data-field="${name}"] :is(legend, h2)`);
    return label?.textContent.trim() ?? name;
  }).join(", ");
}

function saved(answer) {
  document.querySelectorAll("[data-field].field-wrong").forEach(({ dataset }) => {
    if (!answer.wrong.includes(dataset.field)) fault(dataset.field, "");
  });
  const sentence = answer.wrong.length ? words.savedBut : words.saved;
  tell(say(sentence, { time: answer.time, fields: labels(answer.wrong) }), { wrong: answer.wrong.length > 0 });
  copy.write();
  part("missing")?.replaceChildren(parse(answer.missing));
  if (part("missing")) parts.mark(part("missing"));
  part("missing")?.classList.toggle("alert-good", !part("missing").querySelector("li"));
  if (answer.around) part("around").replaceChildren(parse(answer.around));
  if ("chosen" in answer.fields) placed(answer.place);
  if (["chosen", "place", "name", "no_place"].some((name) => name in answer.fields)) similar();
}

/** The place as the server has it now, in the fields and on the map. */
function placed({ place, building, where }) {
  form.elements.place.value = place;
  form.elements.building.value = building;
  form.elements.where.value = where;
  form.elements.no_place.checked = false;
  Object.assign(keeper.before, { place, building, no_place: false });
  draw.show(place ? JSON.parse(place) : null);
}

async function similar() {
  const markup = await loadMarkup(config.similar).catch(() => "");
  if (markup) part("similar").replaceChildren(parse(markup));
}

const heard = {
  saving: () => tell(words.saving),
  saved,
  savedBut: saved,
  notSaved: () => tell(words.notSaved, { wrong: true }),
  closed: () => tell(words.closed, { wrong: true }),
  signedOut: () => tell(words.signedOut, { wrong: true }),
  conflict() {
    const look = el("button", { type: "button", class: "button" }, words.bothTexts);
    look.addEventListener("click", () => {
      copy.handOver();
      form.submit();
    });
    tell(words.conflict, { wrong: true, action: look });
  },
  refused({ errors, found, wrong }) {
    for (const [name, sentences] of Object.entries(errors)) fault(name === "place" ? "where" : name, sentences[0]);
    if (found?.length) offer(found, words.swapped);
    tell(say(words.notYet, { fields: labels(wrong) }), { wrong: true });
  },
};
const keeper = new Keeper(form, config.save, (kind, answer) => {
  heard[kind](answer);
  status.toggleAttribute("data-behind", keeper.behind); // something may have been typed while the answer was on its way
});
const copy = new Copy(form, keeper);
const typed = () => {
  status.toggleAttribute("data-behind", true);
  keeper.soon();
};
const draw = new Draw(part("draw"), config, (geometry) => {
  form.elements.place.value = geometry ? JSON.stringify(geometry) : "";
  form.elements.building.value = "";
  form.elements.where.value = "";
  form.elements.no_place.checked = false;
  typed();
});
try {
  draw.show(form.elements.place.value ? JSON.parse(form.elements.place.value) : null);
} catch {
  draw.show(null); // what came back as no drawing stays in its field, and is not drawn
}
if (!("unsaved" in form.dataset) && copy.takeUp()) tell(words.takenUp);
else copy.soon();
keeper.soon();
parts.follow(form, (name) => name === "where" && draw.seen());

function offer(found, sentence) {
  const choose = ({ words: name, value }) => {
    const button = el("button", { type: "button", class: "chip", title: sentence }, name);
    button.addEventListener("click", () => take(value));
    return button;
  };
  part("found").hidden = !found.length;
  part("found").replaceChildren(...found.map(choose));
}

async function take(value) {
  fault("where", "");
  offer([], "");
  await keeper.also({ chosen: value, where: form.elements.where.value });
}

async function find() {
  const typed = form.elements.where.value.trim();
  if (!typed) return;
  const query = new URLSearchParams({ q: typed });
  const answer = await loadJSON(`${config.find}?${query}`).catch(() => null);
  if (!answer) return tell(words.notSaved, { wrong: true });
  if (answer.found.length === 1 && !answer.words) return take(answer.found[0].value);
  offer(answer.found, answer.words ? words.swapped : words.choose);
  fault("where", answer.words || (answer.found.length ? say(words.several, { count: answer.found.length }) : words.nothing));
}

part("find-place").addEventListener("click", find);
form.elements.where.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  find();
});
form.addEventListener("input", typed);
form.addEventListener("change", typed);
addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keeper.save(true));

// What is on its way arrives before the form does: a person is never in conflict with themselves.
form.addEventListener("submit", (event) => {
  if (!keeper.running) return void (keeper.stopped = true);
  event.preventDefault();
  const submitter = event.submitter;
  keeper.running.then(() => form.requestSubmit(submitter));
});

part("add").addEventListener("click", () => {
  const rows = [...form.querySelectorAll("[data-row]")];
  if (rows.length >= 20) return;
  const row = rows.at(-1).cloneNode(true);
  const number = rows.length;
  for (const node of row.querySelectorAll("[id], [for], [name], [data-field]")) {
    for (const name of ["id", "for", "name"]) {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, value.replace(/resource-\d+/, `resource-${number}`));
    }
    if (node.tagName === "INPUT") node.value = "";
  }
  row.querySelector("legend").textContent = say(words.row, { number: number + 1 });
  part("rows").append(row);
  form.elements["resource-TOTAL_FORMS"].value = String(number + 1);
  row.querySelector("select").focus();
});
