/** The words of the page: English msgids, and their present language from the catalogue that the page carries. */
import { pageData } from "./dom.js";

const catalogue = pageData("cercle-words", {});
export const language = document.documentElement.lang || "fr";
const plurals = new Intl.PluralRules(language);

function fill(text, values) {
  return text.replace(/%\((\w+)\)[sd]/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A msgid, its %(places)s filled, in the reader's language. */
export function _(msgid, values = {}) {
  const found = catalogue[msgid];
  return fill(typeof found === "string" ? found : msgid, values);
}

/** The same where one msgid has several meanings: `pgettext("of a woman", "born %(name)s", {name})`. */
export function pgettext(context, msgid, values = {}) {
  return fill(catalogue[`${context}\u0004${msgid}`] ?? msgid, values);
}

/** The form for the number `n`, which the text names as %(n)s. */
export function ngettext(singular, plural, n, values = {}) {
  const forms = catalogue[singular];
  const one = plurals.select(n) === "one";
  const text = Array.isArray(forms) ? forms[one ? 0 : 1] : one ? singular : plural;
  return fill(text, { n, ...values });
}
