/** Marks in a text the words that were searched: each as the beginning of a word, accents and case ignored. */
import { h } from "../../portal/js/dom.js";

const WORD = /[\p{L}\p{N}]+/gu;

function plain(word) {
  return word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae");
}

/** How many letters of `word` make up the searched beginning `part` (both may change length when made plain). */
function lengthOf(word, part) {
  let end = 1;
  while (end < word.length && plain(word.slice(0, end)).length < part.length) end++;
  return end;
}

/** The words of a query, made plain. */
export function wordsOf(query) {
  return (query ?? "").match(WORD)?.map(plain) ?? [];
}

/** `text` as strings and <mark> nodes. */
export function marked(text, query) {
  const parts = wordsOf(query);
  if (!parts.length) return [text];
  const out = [];
  let from = 0;
  for (const found of text.matchAll(WORD)) {
    const word = plain(found[0]);
    const part = parts.filter((one) => word.startsWith(one)).sort((a, b) => b.length - a.length)[0];
    if (!part) continue;
    const end = found.index + lengthOf(found[0], part);
    out.push(text.slice(from, found.index), h("mark", { text: text.slice(found.index, end) }));
    from = end;
  }
  out.push(text.slice(from));
  return out;
}
