/** Sentences come from the page, in its language; this only puts values into them. */

/** "{count} places" with values → "12 places". */
export function say(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Picks among {one, other} by the language of the page, and says the number as that language writes it. */
export function counted(forms, count, values = {}) {
  const language = document.documentElement.lang || "it";
  const sentence = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return say(sentence, { ...values, count: new Intl.NumberFormat(language).format(count) });
}
