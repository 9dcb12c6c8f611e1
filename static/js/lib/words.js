/** Sentences come from the page, in its language; this only puts values into them. */

/** "{count} places" with values → "12 places". */
export function say(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** What the page's language needs to write and to count, made once: that is what takes a slow phone its time. */
const tongue = { rules: null, numbers: null };

/** A number as the page's language writes it. */
export function written(number) {
  tongue.numbers ??= new Intl.NumberFormat(document.documentElement.lang || "it");
  return tongue.numbers.format(number);
}

/** Picks among {one, other} by the language of the page, and says the number as that language writes it. */
export function counted(forms, count, values = {}) {
  tongue.rules ??= new Intl.PluralRules(document.documentElement.lang || "it");
  return say(forms[tongue.rules.select(count)] ?? forms.other, { ...values, count: written(count) });
}
