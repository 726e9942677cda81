/** Answers that are chosen: yes or no, one of several, several, and what is not in the list. Rows as wide as a thumb needs. */
import { h } from "./dom.js";
import { optionsOf } from "./form-words.js";
import { _ } from "./i18n.js";

const OTHER = "\u0000other";

function row(kind, name, value, label, changed) {
  const input = h("input", { type: kind, name, value, on: { change: changed } });
  return h("label", { class: "c-pick" }, input, h("span", { text: label }));
}

/** A second tap on what is chosen takes the answer back. */
function untick(node, changed) {
  let before = null;
  node.addEventListener("pointerdown", (event) => (before = event.target.closest("label")?.querySelector("input:checked") ?? null));
  node.addEventListener("click", (event) => {
    if (event.target !== before || before.type !== "radio") return;
    before.checked = false;
    before = null;
    changed();
  });
}

export function drawYesNo(item, id, changed) {
  const node = h("div", { class: "c-picks c-picks--two" }, row("radio", id, "yes", _("Yes"), changed), row("radio", id, "no", _("No"), changed));
  untick(node, changed);
  return {
    node,
    first: node.querySelector("input"),
    group: true,
    read() {
      const chosen = node.querySelector("input:checked");
      return { values: chosen ? [chosen.value === "yes"] : [] };
    },
    write: ([value]) => node.querySelectorAll("input").forEach((input) => (input.checked = value !== undefined && (input.value === "yes") === value)),
  };
}

/** Radios, or ticks where several may be chosen; with a line to write on where the list is open. */
export function drawChoice(item, id, changed) {
  const kind = item.repeats ? "checkbox" : "radio";
  const options = optionsOf(item);
  const open = item.type === "open-choice";
  const rows = options.map(({ code, label }) => row(kind, id, code, label, () => told()));
  const other = open && row(kind, id, OTHER, _("Something else"), () => told(true));
  const text = open && h("input", { class: "c-input", type: "text", maxlength: item.maxLength ?? 500, autocomplete: "off", "aria-label": _("Something else"), on: { input: changed } });
  const node = h("div", { class: "c-picks" }, rows, other, text);
  const inputs = [...node.querySelectorAll(`[name="${id}"]`)];
  const told = (write = false) => {
    if (open) text.hidden = !other.querySelector("input").checked;
    if (write && !text.hidden) text.focus();
    changed();
  };
  if (open) text.hidden = true;
  untick(node, () => told());
  return {
    node,
    first: inputs[0] ?? text,
    group: true,
    read() {
      const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
      const listed = chosen.filter((value) => value !== OTHER);
      if (!chosen.includes(OTHER)) return { values: listed };
      const written = text.value.trim();
      return written ? { values: [...listed, { text: written }] } : { values: listed, wrong: _("Write what else, or choose one of the list.") };
    },
    write(values) {
      for (const input of inputs) input.checked = values.includes(input.value);
      if (!open) return;
      const written = values.find((value) => value.text !== undefined)?.text;
      other.querySelector("input").checked = written !== undefined;
      text.hidden = written === undefined;
      text.value = written ?? "";
    },
  };
}
