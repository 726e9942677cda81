/** Answers that are written, and days and times. */
import { h } from "./dom.js";
import { boundsOf, ruleOf } from "./form-words.js";
import { _ } from "./i18n.js";

function simple(input, { read, write }) {
  return { node: input, first: input, read, write };
}

export function drawText(item, id, changed) {
  const more = { class: "c-input", id, maxlength: item.maxLength ?? (item.type === "text" ? 4000 : 500), autocomplete: "off", on: { input: changed } };
  const input = item.type === "text" ? h("textarea", { ...more, rows: 3 }) : h("input", { ...more, type: "text" });
  return simple(input, {
    read: () => ({ values: input.value.trim() ? [input.value.trim()] : [] }),
    write: ([value]) => (input.value = value ?? ""),
  });
}

const two = (n) => String(n).padStart(2, "0");

/** A moment as `datetime-local` shows it here. */
function here(moment) {
  const at = new Date(moment);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function drawDay(item, id, changed) {
  const timed = item.type === "dateTime";
  const { low, high } = boundsOf(item);
  const bound = (value) => value && (timed ? (value.length > 10 ? here(value) : `${value}T00:00`) : value);
  const input = h("input", { class: "c-input", id, type: timed ? "datetime-local" : "date", min: bound(low), max: bound(high), on: { input: changed } });
  return simple(input, {
    read() {
      const wrong = ruleOf(item) || (timed ? _("A day and a time.") : _("A day, for example 24/11/2026."));
      if (!input.validity.valid) return { values: [], wrong };
      if (!input.value) return { values: [] };
      return { values: [timed ? new Date(input.value).toISOString().replace(/\.\d+Z/, "Z") : input.value] };
    },
    write: ([value]) => (input.value = value ? (timed ? here(value) : value) : ""),
  });
}
