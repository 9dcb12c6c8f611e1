/** Keeps a draft on the server: sends what has changed a moment after it was typed, one question at a time. */

import { settled } from "../lib/dom.js";
import { changedNames, fieldsOf, rowsOf } from "./fields.js";

const QUIET = 1500; // milliseconds without typing before it is sent
const AGAIN = 5000; // milliseconds before a question that got no answer is asked again

export class Keeper {
  /** `told(kind, answer)` hears of: saving, saved, savedBut, notSaved, conflict, closed, signedOut. */
  constructor(form, address, told) {
    Object.assign(this, { form, address, told });
    this.revision = Number(form.elements.revision.value);
    // A form that came back with faults was not saved: everything in it is still to be sent.
    const fresh = !("unsaved" in form.dataset);
    this.before = fresh ? fieldsOf(form, true) : {};
    this.rows = fresh ? JSON.stringify(rowsOf(form, true)) : "";
    this.wrong = new Map(); // fields the server refused, by the value it refused
    this.extra = {};
    this.stopped = false;
    this.soon = settled(() => this.save(), QUIET);
  }

  /** Sends these fields too, whatever stands in the form. */
  also(fields) {
    Object.assign(this.extra, fields);
    return this.save();
  }

  /** Sends what has changed, after what is on its way. */
  save(leaving = false) {
    if (this.stopped) return Promise.resolve();
    if (this.running && !leaving) {
      this.once ??= this.running.then(() => {
        this.once = null;
        return this.save();
      });
      return this.once;
    }
    this.running = this.#send(leaving).finally(() => (this.running = null));
    return this.running;
  }

  #pending() {
    const now = fieldsOf(this.form);
    const names = changedNames(now, this.before).filter((name) => this.wrong.get(name) !== JSON.stringify(now[name]));
    const fields = Object.fromEntries(names.map((name) => [name, now[name]]));
    const rows = rowsOf(this.form);
    const text = JSON.stringify(rows);
    const resources = text !== this.rows && this.wrong.get("resources") !== text ? rows : undefined;
    return { fields: { ...fields, ...this.extra }, resources };
  }

  /** Whether something stands in the form that has still to be sent. */
  get behind() {
    const { fields, resources } = this.#pending();
    return Boolean(Object.keys(fields).length || resources);
  }

  async #send(leaving) {
    const { fields, resources } = this.#pending();
    if (!Object.keys(fields).length && !resources) return;
    this.extra = {};
    this.told("saving");
    let response;
    try {
      response = await fetch(this.address, {
        method: "POST",
        keepalive: leaving,
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ revision: this.revision, fields, resources }),
      });
    } catch {
      response = null;
    }
    await this.#heard(response, fields, resources);
  }

  async #heard(response, fields, resources) {
    if (!response || response.status >= 500 || response.status === 429) {
      this.told("notSaved");
      setTimeout(() => this.save(), AGAIN);
      return;
    }
    const answer = await response.json().catch(() => ({}));
    if (response.ok) this.#kept(answer, fields, resources);
    else if (response.status === 400 && answer.errors) await this.#refused(answer, fields, resources);
    else {
      this.stopped = true;
      this.told(response.status === 409 ? (answer.conflict ? "conflict" : "closed") : "signedOut", answer);
    }
  }

  #kept(answer, fields, resources) {
    this.revision = answer.revision;
    this.form.elements.revision.value = String(answer.revision);
    for (const name of Object.keys(fields)) if (name !== "chosen" && name !== "where") this.before[name] = fields[name];
    if (resources) this.rows = JSON.stringify(resources);
    const now = fieldsOf(this.form);
    for (const [name, value] of this.wrong) {
      const stands = name === "resources" ? JSON.stringify(rowsOf(this.form)) : JSON.stringify(now[name]);
      if (stands !== value) this.wrong.delete(name);
    }
    this.told(this.wrong.size ? "savedBut" : "saved", { ...answer, wrong: [...this.wrong.keys()], fields });
  }

  /** Nothing was written: what fits is sent again without what does not. */
  async #refused(answer, fields, resources) {
    for (const name of Object.keys(answer.errors)) {
      this.wrong.set(name, JSON.stringify(name === "resources" ? resources : fields[name]));
    }
    const told = new Set(Object.keys(answer.errors));
    this.told("refused", { ...answer, wrong: [...this.wrong.keys()], fields });
    if (Object.keys(fields).some((name) => !told.has(name)) || (resources && !told.has("resources"))) {
      await this.#send(false);
    }
  }
}
