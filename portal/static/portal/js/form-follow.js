/** What will follow if the sheet is sent as it stands, asked of the server while one answers: scores, alerts, tasks. */
import { NoLine, post } from "./api.js";
import { h } from "./dom.js";
import { _, language } from "./i18n.js";
import { icon } from "./signs.js";
import { roleName } from "./trades.js";

const PAUSE_MS = 350;

const line = (sign, title, words = "") => [icon(sign, 20), h("span", null, h("b", { text: title }), words && " ", words)];
const SAID = {
  alert: ({ text }) => line("urgent", _("An urgent message goes out:"), text),
  post: () => line("send", _("A message with the photos goes into the thread.")),
  task: ({ text }) => line("todo", _("A task is made:"), text),
  measure: () => line("check", _("A measure is noted for the summary.")),
};

/** Words by language, as the server gives them. */
const inWords = (words = {}) => words[language] ?? Object.values(words)[0] ?? "";

export class Following {
  #timer = null;
  #asked = 0;

  /** `ask()` gives the body to check; `view` is told the scores. */
  constructor(place, { circle, view, ask }) {
    Object.assign(this, { place, circle, view, ask });
  }

  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), PAUSE_MS);
  }

  async look() {
    const asked = ++this.#asked;
    try {
      const found = await post(`circles/${this.circle}/sheets/check`, this.ask());
      if (asked === this.#asked) this.#show(found);
    } catch (error) {
      if (asked === this.#asked) this.#unknown(error);
    }
  }

  #show({ scores = [], follows = [] }) {
    this.view.score(Object.fromEntries(scores.map((one) => [one.linkId, { value: one.value, words: inWords(one.labels), tone: one.tone }])));
    const known = follows.filter(({ act }) => SAID[act]);
    const lines = known.map((one) => h("li", { class: one.act === "alert" ? "is-urgent" : null }, SAID[one.act](one), this.#whom(one)));
    const nothing = h("p", { text: _("Nothing but the sheet itself, as answered so far.") });
    this.place.replaceChildren(lines.length ? h("ul", { class: "c-follow__list" }, lines) : nothing);
  }

  #whom({ to = [] }) {
    return to.length > 0 && h("span", { class: "c-follow__to", text: _("To: %(whom)s.", { whom: to.map(roleName).join(", ") }) });
  }

  #unknown(error) {
    const sentence = error instanceof NoLine ? _("No line at present: what follows is worked out when the sheet goes.") : error.detail;
    this.place.replaceChildren(h("p", { text: sentence }));
  }
}

