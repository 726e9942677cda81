/** Unsent posts, below the thread: each with what will become of it and of its files. */
import { h } from "../../portal/js/dom.js";
import { fileLine, updateLines } from "../../portal/js/file-line.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { circleSign, icon } from "../../portal/js/signs.js";

const SOON_MS = 1500;

export class OutboxView {
  #timer = null;

  /** `footing` keeps the end of the thread in sight where the reader stands there. */
  constructor(root, outbox, circle, times, footing) {
    Object.assign(this, { root, outbox, circle, times, footing });
    outbox.addEventListener("change", () => this.draw());
    outbox.addEventListener("progress", () => outbox.of(circle.id).forEach((record) => updateLines(root, record.attachments ?? [])));
  }

  /** A post that goes through at once never shows up here: a box that flashes tells nothing. */
  draw() {
    clearTimeout(this.#timer);
    const settled = (record) => record.state === "refused" || record.state === "told";
    const old = (record) => settled(record) || !navigator.onLine || Date.now() - Date.parse(record.written) >= SOON_MS;
    const records = this.outbox.of(this.circle.id);
    const held = this.#held();
    this.footing.steady(() => this.root.replaceChildren(...records.filter(old).map((record) => this.#box(record))), false);
    if (held) this.root.querySelector(held)?.focus();
    if (!records.every(old)) this.#timer = setTimeout(() => this.draw(), SOON_MS);
  }

  /** The button that has the focus, to give it back after drawing. */
  #held() {
    const button = this.root.contains(document.activeElement) && document.activeElement.dataset;
    return button?.cercleOutboxAct && `[data-cercle-outbox-act="${button.cercleOutboxAct}"][data-cercle-record="${button.cercleRecord}"]`;
  }

  #fate(record) {
    if (record.state === "refused") return record.reason || _("None of its files could be sent.");
    if (record.state === "told") return record.body.text ? _("Your text was sent, without what is refused here.") : _("Your message was sent, without what is refused here.");
    if (record.unkept) return _("This browser keeps nothing: leave the page open until it has gone.");
    if (record.post) return _("Your urgent text was sent. Its files follow as an answer to it.");
    if (record.state === "sending" && navigator.onLine) return _("Sending…");
    if (record.reason && navigator.onLine) return record.reason;
    return this.outbox.alone ? _("Goes by itself as soon as the line is back, even with the page closed.") : _("Goes at the next opening, or as soon as the line is back while this page is open.");
  }

  #title({ state, attachments }) {
    if (state === "told") return ngettext("%(n)s file refused", "%(n)s files refused", attachments.length);
    return state === "refused" ? _("Refused") : _("Not sent yet");
  }

  #box(record) {
    const refused = record.state === "refused" || record.state === "told";
    const button = (act, label) => h("button", { type: "button", class: "c-textlink", data: { "outbox-act": act, record: record.id }, text: label });
    const text = record.state !== "told" && !record.post && record.body.text;
    return h(
      "article",
      { class: ["c-outbox", refused && "is-refused"], "aria-labelledby": `outbox-${record.id}` },
      h(
        "div",
        { class: "c-outbox__head" },
        icon(refused ? "alert" : "clock", 18),
        h("h3", { class: "thread-plain thread-strong", id: `outbox-${record.id}`, text: this.#title(record) }),
        h("time", { datetime: record.written, text: _("written at %(time)s", { time: this.times.brief(record.written) }) }),
      ),
      text && h("p", { class: "c-post__text", text }),
      record.attachments?.length > 0 && h("ul", { class: "c-outbox__files" }, record.attachments.map((file) => fileLine(file))),
      h("p", { class: "c-outbox__fate" }, this.#fate(record), record.state === "refused" && text && ` ${_("The text stays here, you can copy it.")}`),
      h(
        "div",
        { class: "c-outbox__foot" },
        h("span", { class: "c-audience" }, circleSign(record.body.audience), h("span", { text: this.circle.audienceName(record.body.audience) })),
        record.state === "refused" && text && button("copy", _("Copy")),
        refused && record.attachments?.length > 0 && button("again", _("Try again")),
        button("discard", _("Throw away")),
      ),
    );
  }
}
