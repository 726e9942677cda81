/** Unsent posts, below the thread: each with what will become of it. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { circleSign, icon } from "../../portal/js/signs.js";

const SOON_MS = 1500;

export class OutboxView {
  #timer = null;

  constructor(root, outbox, circle, times) {
    Object.assign(this, { root, outbox, circle, times });
    outbox.addEventListener("change", () => this.draw());
  }

  /** A post that goes through at once never shows up here: a box that flashes tells nothing. */
  draw() {
    clearTimeout(this.#timer);
    const old = (record) => record.state === "refused" || !navigator.onLine || Date.now() - Date.parse(record.written) >= SOON_MS;
    const records = this.outbox.of(this.circle.id);
    this.root.replaceChildren(...records.filter(old).map((record) => this.#box(record)));
    if (!records.every(old)) this.#timer = setTimeout(() => this.draw(), SOON_MS);
  }

  #fate(record) {
    if (record.state === "refused") return record.reason;
    if (record.unkept) return _("This browser keeps nothing: leave the page open until it has gone.");
    if (record.state === "sending" && navigator.onLine) return _("Sending…");
    return this.outbox.alone ? _("Goes by itself as soon as the line is back, even with the page closed.") : _("Goes at the next opening, or as soon as the line is back while this page is open.");
  }

  #box(record) {
    const refused = record.state === "refused";
    const button = (act, label) => h("button", { type: "button", class: "c-textlink", data: { "outbox-act": act, record: record.id }, text: label });
    return h(
      "article",
      { class: ["c-outbox", refused && "is-refused"], "aria-labelledby": `outbox-${record.id}` },
      h(
        "div",
        { class: "c-outbox__head" },
        icon(refused ? "alert" : "clock", 18),
        h("h3", { class: "thread-plain thread-strong", id: `outbox-${record.id}`, text: refused ? _("Refused") : _("Not sent yet") }),
        h("time", { datetime: record.written, text: _("written at %(time)s", { time: this.times.brief(record.written) }) }),
      ),
      h("p", { class: "c-post__text", text: record.body.text }),
      h("p", { class: "c-outbox__fate" }, this.#fate(record), refused && ` ${_("The text stays here, you can copy it.")}`),
      h(
        "div",
        { class: "c-outbox__foot" },
        h("span", { class: "c-audience" }, circleSign(record.body.audience), h("span", { text: this.circle.audienceName(record.body.audience) })),
        refused && button("copy", _("Copy")),
        button("discard", _("Throw away")),
      ),
    );
  }
}
