/** One item of a form as nodes: its words, what is asked of the answer, its control, and what is wrong with it. */
import { h } from "./dom.js";
import { drawChoice, drawYesNo } from "./form-choices.js";
import { drawNumber } from "./form-numbers.js";
import { drawPhotos } from "./form-photos.js";
import { drawSeveral } from "./form-several.js";
import { drawDay, drawText } from "./form-texts.js";
import { isCalculated, ruleOf, told } from "./form-words.js";
import { _ } from "./i18n.js";

const DRAW = {
  boolean: drawYesNo, integer: drawNumber, decimal: drawNumber, quantity: drawNumber, date: drawDay, dateTime: drawDay,
  string: drawText, text: drawText, choice: drawChoice, "open-choice": drawChoice, attachment: drawPhotos,
};
const SEVERAL_AT_ONCE = new Set(["choice", "open-choice", "attachment"]);
let count = 0;

function controlOf(item, id, changed, attachments) {
  const draw = DRAW[item.type];
  if (item.repeats && !SEVERAL_AT_ONCE.has(item.type)) return drawSeveral(draw, item, id, changed);
  return draw(item, id, changed, attachments);
}

/** A score that is worked out while one answers. */
function score(item) {
  const figure = h("b", { class: "c-score__figure", text: "–" });
  const meaning = h("span", { class: "c-score__meaning", text: _("Worked out from the answers above.") });
  const node = h("div", { class: "c-score", role: "status" }, h("span", { class: "c-score__name", text: told(item) }), figure, meaning);
  return { item, node, figure, meaning };
}

/** {item, node, control?, tell(sentence)}: `tell` says under the question what is wrong, "" takes it back. */
export function drawQuestion(item, changed, attachments) {
  const text = [told(item, "prefix"), told(item)].filter(Boolean).join(" ");
  if (item.type === "display") return { item, node: h("p", { class: "c-ask__words", text }) };
  if (isCalculated(item)) return score(item);
  const id = `ask-${++count}`;
  const control = controlOf(item, id, changed, attachments);
  const rule = [item.required && _("Must be answered."), ruleOf(item)].filter(Boolean).join(" ");
  const hint = rule && h("p", { class: "c-ask__rule", id: `${id}-rule`, text: rule });
  const error = h("p", { class: "c-field__error", id: `${id}-wrong`, role: "alert", hidden: true });
  const described = [hint && `${id}-rule`, control.describes].filter(Boolean).join(" ");
  const node = control.group
    ? h("fieldset", { class: "c-ask", "aria-describedby": described || null }, h("legend", { class: "c-ask__text", text }), hint, control.node, error)
    : h("div", { class: "c-ask" }, h("label", { class: "c-ask__text", for: id, text }), hint, control.node, error);
  if (!control.group) {
    if (described) control.first.setAttribute("aria-describedby", described);
    if (item.required) control.first.setAttribute("aria-required", "true");
  }
  const tell = (sentence) => {
    error.textContent = sentence;
    error.hidden = !sentence;
    node.classList.toggle("is-wrong", Boolean(sentence));
    const first = control.group ? node : control.first;
    first.setAttribute("aria-describedby", [described, sentence && `${id}-wrong`].filter(Boolean).join(" "));
    if (!control.group) first.setAttribute("aria-invalid", String(Boolean(sentence)));
  };
  return { item, node, control, tell };
}
