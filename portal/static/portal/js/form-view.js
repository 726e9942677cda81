/**
 * A form to be answered, drawn from its Questionnaire: questions come and go as others are answered. Events: "change".
 * Answers are {linkId: value or [values]}, of what is asked and was answered only.
 */
import { h } from "./dom.js";
import { isAsked } from "./form-conditions.js";
import { drawQuestion } from "./form-questions.js";
import { figure, initialOf, told, unitOf } from "./form-words.js";
import { _ } from "./i18n.js";

const MOST_TURNS = 8;

export class FormView extends EventTarget {
  #questions = new Map(); // linkId → {item, node, control, tell, parent}
  #scores = new Map(); // linkId → number
  #filling = false;

  constructor(questionnaire, attachments) {
    super();
    this.attachments = attachments;
    this.node = h("div", { class: "c-form" }, questionnaire.item.map((item) => this.#draw(item, null, 2)));
    this.#refresh();
  }

  #draw(item, parent, level) {
    if (item.type === "group") {
      const asks = h("div", { class: "c-form__asks" });
      const node = h("section", { class: "c-form__group" }, item.text && h(`h${level}`, { text: told(item) }), asks);
      this.#questions.set(item.linkId, { item, node, parent }); // before what stands in it: parents are decided first
      asks.append(...(item.item ?? []).map((one) => this.#draw(one, item.linkId, Math.min(level + 1, 4))).flat());
      return node;
    }
    const question = { ...drawQuestion(item, () => this.#changed(item.linkId), this.attachments), parent };
    this.#questions.set(item.linkId, question);
    if (question.control && item.type !== "attachment") question.control.write(initialOf(item));
    const below = (item.item ?? []).map((one) => this.#draw(one, item.linkId, level));
    return below.length ? [question.node, h("div", { class: "c-form__below" }, below)] : question.node;
  }

  #changed(id) {
    if (this.#filling) return;
    const { control, tell } = this.#questions.get(id);
    if (!control.read().wrong) tell("");
    this.#refresh();
    this.dispatchEvent(new Event("change"));
  }

  /** What is asked: an item that is not asked answers nothing, nor does what stands in it. Again where one rests on a later one. */
  #refresh() {
    const values = new Map();
    for (let turn = 0, moved = true; moved && turn < MOST_TURNS; turn++) {
      moved = false;
      for (const [id, question] of this.#questions) moved = this.#decide(id, question, values) || moved;
    }
  }

  /** Gives whether it comes or goes. */
  #decide(id, { item, node, control, parent }, values) {
    const before = node.hidden;
    node.hidden = (parent !== null && this.#hidden(parent)) || !isAsked(item, values);
    if (node.hidden) values.delete(id);
    else if (control) values.set(id, control.read().values);
    else if (this.#scores.has(id)) values.set(id, [this.#scores.get(id)]);
    return node.hidden !== before;
  }

  #hidden(id) {
    return this.#questions.get(id).node.hidden;
  }

  /** Those that are asked now and can be answered. */
  get #asked() {
    return [...this.#questions].filter(([, { node, control }]) => control && !node.hidden);
  }

  answers() {
    const given = this.#asked.map(([id, { item, control }]) => [id, item, control.read().values.filter((value) => value !== null)]);
    return Object.fromEntries(given.filter(([, , values]) => values.length).map(([id, item, values]) => [id, item.repeats ? values : values[0]]));
  }

  /** Everything as it stands, asked or not, for the draft. */
  kept() {
    const all = [...this.#questions].filter(([, { control }]) => control);
    return { values: Object.fromEntries(all.map(([id, { control }]) => [id, control.read().values])), files: Object.fromEntries(all.filter(([, { control }]) => control.kept).map(([id, { control }]) => [id, control.kept()])) };
  }

  restore({ values, files = {} }) {
    this.#filling = true;
    for (const [id, given] of Object.entries(values)) this.#questions.get(id)?.control?.write(given, files[id]);
    this.#filling = false;
    this.#refresh();
  }

  /** Says beside each question what is missing or wrong, leads to the first, and gives whether all is well. */
  check() {
    const errors = {};
    for (const [id, { item, control }] of this.#asked) {
      const { values, wrong } = control.read();
      if (wrong) errors[id] = wrong;
      else if (item.required && !values.length) errors[id] = _("An answer is needed here.");
    }
    return this.tell(errors);
  }

  /** Errors by linkId, of this page or of the server; gives whether there are none. */
  tell(errors) {
    let first = null;
    for (const [id, { control, tell }] of this.#questions) {
      if (!control) continue;
      tell(errors[id] ?? "");
      if (errors[id]) first ??= control;
    }
    first?.first?.focus();
    return first === null;
  }

  /** Scores as the server worked them out: {linkId: {value, words, tone}}. */
  score(scores) {
    this.#scores = new Map(Object.entries(scores).filter(([, { value }]) => value !== null).map(([id, { value }]) => [id, value]));
    for (const [id, { item, node, figure: place, meaning }] of this.#questions) {
      if (!place) continue;
      const found = scores[id];
      const known = found && found.value !== null;
      place.textContent = known ? `${figure(found.value)} ${unitOf(item)}`.trim() : "–";
      meaning.textContent = known ? found.words : _("Worked out from the answers above.");
      node.className = known && found.tone ? `c-score c-score--${found.tone}` : "c-score";
    }
    this.#refresh();
  }
}
