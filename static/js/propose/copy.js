/** The copy of this draft in the browser: written as one types, taken up again when the network was away meanwhile. */

import { copyOf, forget, keepCopy } from "../app/copies.js";
import { settled } from "../lib/dom.js";

const LONG = 2000; // milliseconds between two writings of the copy

const clean = (text) => text.replaceAll("\r\n", "\n").trim();

/** The fields whose text can be gone on with without network, with what they are called. */
function textsOf(form) {
  const texts = [];
  for (const label of form.querySelectorAll("[data-field] > label[for]")) {
    const input = document.getElementById(label.htmlFor);
    const long = input?.tagName === "TEXTAREA";
    if (!input?.name || !(long || input.type === "text") || input.name === "where" || input.name.startsWith("resource-")) continue;
    texts.push({ name: input.name, label: label.textContent.trim(), long, most: input.maxLength, value: input.value });
  }
  return texts;
}

export class Copy {
  /** `keeper` knows the revision, and whether something is still to be sent. */
  constructor(form, keeper) {
    Object.assign(this, { form, keeper, address: location.pathname });
    this.soon = settled(() => this.write(), LONG);
    addEventListener("pagehide", () => this.write());
    form.addEventListener("input", () => this.soon());
    form.addEventListener("submit", () => this.write(true));
  }

  /** `sent`: the whole form is on its way to the server. */
  write(sent = false) {
    if (this.keeper.stopped) return;
    const texts = textsOf(this.form);
    const name = texts.find((text) => text.name === "name")?.value ?? "";
    keepCopy({ address: this.address, name, revision: this.keeper.revision, changed: this.keeper.behind, sent, texts });
  }

  /** Puts what was written without network into the form. Answers whether there was something. */
  takeUp() {
    const copy = copyOf(this.address);
    if (!copy?.changed) return false;
    const arrived = copy.sent && this.keeper.revision > copy.revision;
    const fields = this.form.elements;
    const other = arrived ? [] : copy.texts.filter(({ name, value }) => fields[name] && clean(fields[name].value) !== clean(value));
    if (!other.length) return false;
    for (const { name, value } of other) fields[name].value = value;
    // Somebody else may have written meanwhile: then the server shows both texts, as it does for two windows.
    this.keeper.revision = copy.revision;
    this.form.elements.revision.value = String(copy.revision);
    return true;
  }

  /** Both texts are being looked at: the server has this one now. */
  handOver() {
    forget(this.address);
  }
}
