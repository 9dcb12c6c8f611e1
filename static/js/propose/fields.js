/** What stands in the form, as the server reads it: {name: text, tick or list}, and the rows of resources. */

const APART = new Set(["csrfmiddlewaretoken", "revision", "where", "chosen", "drawn", "note"]);

/** Every field of the form by name. A tick is true or false, a group of ticks the list of what is ticked.
 * `made` reads what the server wrote into the page, not what somebody has typed since. */
export function fieldsOf(form, made = false) {
  const fields = {};
  for (const input of form.elements) {
    const { name, type } = input;
    const value = made && "defaultValue" in input && type !== "checkbox" ? input.defaultValue : input.value;
    const ticked = made ? input.defaultChecked : input.checked;
    if (!name || APART.has(name) || name.startsWith("resource-") || type === "submit" || type === "button") continue;
    if (type !== "checkbox") fields[name] = value;
    else if (!input.closest(".ticks")) fields[name] = ticked;
    else fields[name] = [...(fields[name] ?? []), ...(ticked ? [value] : [])];
  }
  return fields;
}

/** The rows of what is brought and asked, those that say nothing included. */
export function rowsOf(form, made = false) {
  const text = (input) => {
    if (!made) return input.value;
    return input.options ? ([...input.options].find((one) => one.defaultSelected) ?? input.options[0]).value : input.defaultValue;
  };
  return [...form.querySelectorAll("[data-row]")].map((row) =>
    Object.fromEntries([...row.querySelectorAll("[name]")].map((input) => [input.name.split("-").at(-1), text(input)])),
  );
}

/** The names of the fields that differ between two readings. */
export function changedNames(now, before) {
  return Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(before[name]));
}
