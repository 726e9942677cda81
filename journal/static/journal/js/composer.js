/** The field at the foot of the thread: what is written, for whom, how urgent, in answer to what. */
import { h, hook } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { circleSign, icon } from "../../portal/js/signs.js";
import { fits } from "./circle.js";
import { openChooser } from "./chooser.js";
import { writer } from "./parts.js";
import { emergencyLine, expectedLine, lockedLine, wideningLine } from "./warnings.js";

const TYPING_MS = 3000;

export class Composer {
  #typed = 0;

  /** `form` as in the template; `send(body)`, `typing(audience)`, `seeAs(audience)` are what it asks of the thread. */
  constructor(form, circle, draft, { send, typing, seeAs }) {
    Object.assign(this, { form, circle, draft, send, typing, seeAs });
    this.text = hook("text", form);
    this.parts = Object.fromEntries(["audience", "urgency", "note", "quote", "send"].map((name) => [name, hook(name, form)]));
    this.state = this.#blank();
    form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.text.addEventListener("input", () => this.#written());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    for (const name of ["audience", "urgency"]) this.parts[name].addEventListener("click", () => this.choose());
    this.draw();
  }

  #blank() {
    return { audience: this.circle.audiences()[0], urgency: "info", to: [], expect: "", replyTo: null };
  }

  /** Bring back what was begun for this patient on this device. */
  async restore(find) {
    const left = await this.draft.load();
    if (!left || this.text.value) return;
    const { text, replyTo, ...choices } = left;
    this.text.value = text;
    if (this.circle.audiences().includes(choices.audience)) Object.assign(this.state, choices);
    if (replyTo) this.state.replyTo = find(replyTo) ?? null;
    this.draw();
  }

  #save() {
    const text = this.text.value;
    const { replyTo, ...choices } = this.state;
    this.draft.save(text.trim() ? { text, replyTo: replyTo?.id ?? null, ...choices } : null);
  }

  #written() {
    this.#fit();
    this.#save();
    this.parts.send.classList.toggle("is-empty", !this.text.value.trim());
    if (Date.now() - this.#typed < TYPING_MS) return;
    this.#typed = Date.now();
    this.typing(this.state.audience);
  }

  /** Browsers without field-sizing grow the field here. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight + 3}px`;
  }

  #key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.state.replyTo) this.reply(null);
  }

  choose() {
    const changed = (values) => {
      Object.assign(this.state, values);
      this.#save();
      this.draw();
    };
    openChooser(this.circle, this.state, { changed, seeAs: this.seeAs }).addEventListener("close", () => this.text.focus());
  }

  /** Answer `post`: its readers become the default, never more; null takes the answer back. */
  reply(post) {
    this.state.replyTo = post;
    if (post && !(fits(this.state.audience, post.audience) && this.text.value.trim())) {
      this.state.audience = this.circle.audiences().includes(post.audience) ? post.audience : this.circle.audiences()[0];
    }
    this.#save();
    this.draw();
    this.text.focus();
  }

  submit() {
    const written = this.text.value.trim();
    if (!written || !this.circle.mayWrite()) return this.text.focus();
    const { audience, urgency, to, expect, replyTo } = this.state;
    const body = { text: expect ? `${written}\n${expect}` : written, audience, urgency };
    if (to.length) body.to = to;
    if (replyTo) body.reply_to = replyTo.id;
    this.text.value = "";
    this.#fit();
    // The readers stay as chosen; urgency and expectation belong to one post only.
    this.state = { ...this.#blank(), audience };
    this.draft.save(null);
    this.draft.flush();
    this.draw();
    this.send(body);
    this.text.focus();
  }

  draw() {
    const { circle, state } = this;
    const readers = circle.readers(state.audience, circle.member).length;
    this.parts.audience.replaceChildren(
      circleSign(state.audience, 22),
      h("b", { text: circle.audienceName(state.audience) }),
      h("span", { class: "c-choice__more u-only-wide", text: ngettext("%(n)s reader", "%(n)s readers", readers) }),
      icon("down", 20),
    );
    this.#drawUrgency();
    this.parts.note.replaceChildren(...[expectedLine(circle, state), wideningLine(circle, state.audience), circle.layPerson() && emergencyLine(circle)].filter(Boolean));
    this.#drawQuote();
    this.text.placeholder = _("Write for %(patient)s", { patient: circle.patientName() });
    this.text.setAttribute("aria-label", this.text.placeholder);
    this.parts.send.classList.toggle("is-empty", !this.text.value.trim());
    const locked = lockedLine(circle);
    this.form.classList.toggle("is-locked", Boolean(locked));
    if (locked) this.parts.note.replaceChildren(locked, ...(circle.layPerson() ? [emergencyLine(circle)] : []));
  }

  #drawUrgency() {
    const { urgency } = this.state;
    const words = { info: _("Information"), todo: _("To do"), urgent: _("Urgent") };
    const sign = { todo: icon("todo", 20), urgent: icon("urgent", 20) }[urgency];
    this.parts.urgency.className = `c-choice c-choice--urgency is-${urgency}`;
    this.parts.urgency.replaceChildren(...[sign, h("span", { text: words[urgency] }), icon("down", 20)].filter(Boolean));
  }

  #drawQuote() {
    const { replyTo } = this.state;
    this.parts.quote.hidden = !replyTo;
    if (!replyTo) return;
    const close = h("button", { type: "button", class: "c-iconbutton", "aria-label": _("Do not answer this message"), on: { click: () => this.reply(null) } }, icon("close"));
    this.parts.quote.replaceChildren(h("div", { class: "c-quote" }, h("span", { class: "c-quote__name", text: writer(replyTo.author) }), h("span", { class: "c-quote__text", text: replyTo.text })), close);
  }
}
