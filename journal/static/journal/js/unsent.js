/** Across the whole screen: an urgent post has not got through after 30 seconds. Telephone. */
import { h } from "../../portal/js/dom.js";
import { _, pgettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { call } from "./draw-alert.js";
import { spokenDate } from "./times.js";

const PATIENCE_MS = 30000;

/** "Mme Durand, née le 9 mars 1941." */
function whose(circle) {
  const values = { patient: circle.patientName(), date: spokenDate(circle.patient.birth_date) };
  if (circle.patient.sex === "F") return pgettext("of a woman", "%(patient)s, born on %(date)s.", values);
  return pgettext("of a man", "%(patient)s, born on %(date)s.", values);
}

export class Unsent {
  #timer = null;
  #put = new Set();
  #open = null;

  /** `main` holds banner and thread; `telephoned(record)` writes down that one has called. */
  constructor(main, outbox, circle, times, telephoned) {
    Object.assign(this, { main, outbox, circle, times, telephoned });
    outbox.addEventListener("change", () => this.look());
  }

  /** Show the oldest urgent post that waits for too long, or take the screen away when it got through. */
  look() {
    clearTimeout(this.#timer);
    const isUrgent = (record) => record.body.urgency === "urgent" && record.state !== "told" && !record.post; // `post`: only its files are still on their way
    const urgent = this.outbox.of(this.circle.id).filter((record) => isUrgent(record) && !this.#put.has(record.id));
    const due = (record) => Date.parse(record.written) + PATIENCE_MS - Date.now();
    const late = urgent.find((record) => due(record) <= 0 || record.state === "refused");
    if (this.#open && this.#open.id !== late?.id) this.#close();
    if (late && !this.#open) this.#show(late);
    const waits = urgent.map(due).filter((wait) => wait > 0);
    if (waits.length) this.#timer = setTimeout(() => this.look(), Math.min(...waits) + 50);
  }

  #close() {
    const { screen, hidden, focus } = this.#open;
    this.#open = null;
    screen.remove();
    for (const node of hidden) node.hidden = false;
    if (focus?.isConnected) focus.focus();
  }

  #show(record) {
    const screen = this.#screen(record);
    // The banner stays: one must see for whom one telephones.
    const hidden = [...this.main.children].filter((node) => !node.matches(".c-banner") && !node.hidden);
    this.#open = { id: record.id, screen, hidden, focus: document.activeElement };
    for (const node of hidden) node.hidden = true;
    this.main.append(screen);
    screen.querySelector("h2").focus();
  }

  #screen(record) {
    const { desk } = this.circle;
    const said = record.state === "refused" ? `${record.reason} ${_("Written at %(time)s.", { time: this.times.time(record.written) })}` : _("It has not got through. Written at %(time)s, we keep trying.", { time: this.times.time(record.written) });
    const put = (then) => () => {
      this.#put.add(record.id);
      if (this.#open) this.#close();
      then?.(record);
    };
    return h(
      "section",
      { class: "c-unsent", role: "alertdialog", "aria-labelledby": "unsent-title", "aria-describedby": "unsent-said" },
      h("div", { class: "c-unsent__head" }, icon("urgent"), h("h2", { id: "unsent-title", tabindex: "-1", text: _("Urgent, not sent: telephone") }), h("p", { id: "unsent-said", text: said })),
      h(
        "div",
        { class: "c-unsent__body" },
        desk && call(desk, _("Duty desk")),
        call("15", _("Samu, life in danger")),
        call("116 117", _("doctor on duty")),
        h("h3", { class: "thread-plain thread-strong", text: _("To read on the telephone") }),
        h("blockquote", { class: "c-readout", text: `${whose(this.circle)} ${record.body.text}`.trim() }),
        !record.body.text && h("p", { text: _("There is no text to read: say yourself what your voice note or your files hold.") }),
      ),
      h(
        "div",
        { class: "c-dock" },
        h("button", { type: "button", class: "c-button", on: { click: put(this.telephoned) }, text: _("I have telephoned") }),
        h("button", { type: "button", class: "c-button", on: { click: put() }, text: _("Keep it, go back") }),
      ),
    );
  }
}
