/** Answers that are numbers: typed with their unit beside, or pointed at on a line with a key for each figure. */
import { h } from "./dom.js";
import { boundsOf, figure, isScale, numberRule, told, unitOf } from "./form-words.js";
import { _ } from "./i18n.js";

function parsed(text) {
  const plain = text.trim().replace(/\s/g, "").replace(",", ".");
  return /^[-+]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
}

function fits(item, number) {
  const { low, high } = boundsOf(item);
  if (Number.isNaN(number) || (item.type === "integer" && !Number.isInteger(number))) return false;
  return (low === undefined || number >= low) && (high === undefined || number <= high);
}

/** Each control gives {node, read() → {values, wrong?}, write(values), first}: `first` takes the focus. */
export function drawNumber(item, id, changed) {
  return isScale(item) ? drawScale(item, id, changed) : drawTyped(item, id, changed);
}

function drawTyped(item, id, changed) {
  const unit = unitOf(item);
  const mode = item.type === "integer" ? "numeric" : "decimal";
  const input = h("input", { class: "c-input c-number__input", id, type: "text", inputmode: mode, autocomplete: "off", on: { input: changed } });
  const node = h("div", { class: "c-number" }, input, unit && h("span", { class: "c-number__unit", id: `${id}-unit`, text: unit }));
  return {
    node,
    first: input,
    describes: unit ? `${id}-unit` : "",
    read() {
      if (!input.value.trim()) return { values: [] };
      const number = parsed(input.value);
      return fits(item, number) ? { values: [number] } : { values: [], wrong: numberRule(item) };
    },
    write: ([value]) => (input.value = value === undefined ? "" : figure(value)),
  };
}

/** A line to point at, and under it a key for each figure: what is tapped, moved or pressed is the same answer. */
function drawScale(item, id, changed) {
  const { low, high } = boundsOf(item);
  const unit = unitOf(item);
  const range = h("input", { class: "c-scale__line", id: `${id}-line`, type: "range", min: low, max: high, step: "1", "aria-label": told(item) });
  const keys = [];
  for (let n = low; n <= high; n++) {
    const radio = h("input", { type: "radio", name: id, value: n, on: { change: () => choose(n) } });
    keys.push(h("label", { class: "c-scale__key" }, radio, h("span", { text: figure(n) })));
  }
  const said = h("output", { class: "c-scale__said" });
  const node = h("div", { class: "c-scale is-open" }, h("div", { class: "c-scale__keys" }, keys), range, h("div", { class: "c-scale__ends", "aria-hidden": "true" }, h("span", { text: figure(low) }), h("span", { text: figure(high) })), said);
  let value;
  const show = () => {
    node.classList.toggle("is-open", value === undefined);
    range.value = value ?? (low + high) / 2;
    range.setAttribute("aria-valuetext", value === undefined ? _("No answer yet") : `${figure(value)} ${unit}`.trim());
    for (const radio of node.querySelectorAll("[type=radio]")) radio.checked = Number(radio.value) === value;
    said.textContent = value === undefined ? _("No answer yet") : `${figure(value)} ${unit}`.trim();
  };
  const choose = (n) => {
    value = n;
    show();
    changed();
  };
  range.addEventListener("input", () => choose(Number(range.value)));
  show();
  return {
    node,
    first: node.querySelector("[type=radio]"),
    group: true,
    read: () => ({ values: value === undefined ? [] : [value] }),
    write: ([given]) => {
      value = given;
      show();
    },
  };
}
