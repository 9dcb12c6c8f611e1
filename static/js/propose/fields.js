/** What stands in the form, as the server reads it: {name: text, tick or list}, and the rows of resources. */

const APART = new Set(["csrfmiddlewaretoken", "revision", "where", "chosen", "drawn"]);

/** Every field of the form by name. A tick is true or false, a group of ticks the list of what is ticked. */
export function fieldsOf(form) {
  const fields = {};
  for (const input of form.elements) {
    const { name, type, value } = input;
    if (!name || APART.has(name) || name.startsWith("resource-") || type === "submit" || type === "button") continue;
    if (type !== "checkbox") fields[name] = value;
    else if (!input.closest(".ticks")) fields[name] = input.checked;
    else fields[name] = [...(fields[name] ?? []), ...(input.checked ? [value] : [])];
  }
  return fields;
}

/** The rows of what is brought and asked, those that say nothing included. */
export function rowsOf(form) {
  return [...form.querySelectorAll("[data-row]")].map((row) =>
    Object.fromEntries([...row.querySelectorAll("[name]")].map(({ name, value }) => [name.split("-").at(-1), value])),
  );
}

/** The names of the fields that differ between two readings. */
export function changedNames(now, before) {
  return Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(before[name]));
}
