/** What stands above the thread: whose it is, in which state, what is urgent out of sight, and whether there is a line. */
import { h, hook } from "../../portal/js/dom.js";
import { _, ngettext, pgettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { capitalised } from "./circle.js";
import { drawGlass, drawStay } from "./banner-hospital.js";
import { writer } from "./parts.js";
import { age, paperDate } from "./times.js";

const SEX = { F: () => _("female"), M: () => _("male") };

/** "née Petit" */
function bornAs({ birth_name, sex }) {
  const name = capitalised(birth_name);
  if (sex === "F") return pgettext("of a woman", "born %(name)s", { name });
  return sex === "M" ? pgettext("of a man", "born %(name)s", { name }) : pgettext("of a person", "born %(name)s", { name });
}

export class Banner {
  constructor(root, times) {
    this.root = root;
    this.times = times;
    this.parts = Object.fromEntries(["name", "traits", "state", "stay", "glass", "strip", "line"].map((name) => [name, hook(name, root)]));
  }

  draw(circle) {
    const { patient } = circle;
    const given = Array.isArray(patient.given_names) ? patient.given_names[0] : patient.given_names;
    this.parts.name.textContent = patient.family_name ? `${patient.family_name.toLocaleUpperCase()} ${given ?? ""}`.trim() : patient.name;
    const years = ngettext("%(n)s year old", "%(n)s years old", age(patient.birth_date));
    const born = patient.birth_name && patient.birth_name.toLocaleUpperCase() !== (patient.family_name ?? "").toLocaleUpperCase();
    const provisional = patient.identity_status === "provisional";
    this.parts.traits.replaceChildren(
      [born && bornAs(patient), paperDate(patient.birth_date), years].filter(Boolean).join(" · "),
      h("span", { class: "u-only-wide", text: SEX[patient.sex] ? ` · ${SEX[patient.sex]()}` : "" }),
      ...(provisional ? [" · ", h("b", { text: _("provisional identity") })] : []),
      ...(patient.homonym ? [" · ", h("b", { text: _("same name as another") })] : []),
    );
    this.#state(circle.state);
    drawStay(this.parts.stay, circle.raw.stay, this.times);
    drawGlass(this.parts.glass, circle.raw.me?.glass_until, this.times);
  }

  #state(state) {
    const words = { frozen: _("Record frozen"), closed: _("Record closed"), deceased: _("Deceased") }[state];
    this.parts.state.hidden = !words;
    this.parts.state.textContent = words ?? "";
  }

  /** Open urgent posts that are not in sight now; `go(post)` brings one into it. */
  strip(hidden, go) {
    const { strip } = this.parts;
    strip.hidden = hidden.length === 0;
    if (!hidden.length) return strip.replaceChildren();
    const first = hidden[0];
    const words = ngettext("%(n)s urgent unanswered", "%(n)s urgent unanswered", hidden.length);
    const button = h(
      "button",
      { type: "button", class: "c-strip c-strip--urgent", on: { click: () => go(first) } },
      icon("urgent", 20),
      h("span", null, h("b", { text: words }), ` · ${writer(first.author)}, ${this.times.brief(first.received_at)}`),
      h("span", { class: "c-strip__act", text: _("See") }),
    );
    return strip.replaceChildren(button);
  }

  /** Since when there is no line; null: there is one. */
  line(since) {
    const { line } = this.parts;
    line.hidden = since === null;
    if (since === null) return line.replaceChildren();
    const text = _("No line since %(time)s. You read what arrived before.", { time: this.times.time(since) });
    return line.replaceChildren(h("p", { class: "c-strip c-strip--offline" }, icon("offline", 20), h("span", { text })));
  }
}
