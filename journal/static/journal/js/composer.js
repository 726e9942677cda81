/** The field at the foot of the thread: what is written, for whom, how urgent, in answer to what, with which files. */
import { Attachments } from "../../portal/js/attachments.js";
import { hook } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { mayGo } from "./before-urgent.js";
import { fits } from "./circle.js";
import { openChooser } from "./chooser.js";
import { drawAudience, drawQuote, drawUrgency, fit } from "./choices.js";
import { beginJoining, plainWays } from "./joining.js";
import { Tray } from "./tray.js";
import { emergencyLine, expectedLine, lockedLine, wideningLine } from "./warnings.js";

const TYPING_MS = 3000;

export class Composer {
  #typed = 0;
  #left;

  /** `form` as in the template; `send(body, attachments)`, `typing(audience)`, `seeAs(audience)`, `say(words)` are what it asks of the thread. */
  constructor(form, circle, draft, { send, typing, seeAs, say }) {
    Object.assign(this, { form, circle, draft, send, typing, seeAs, say }, plainWays(this));
    this.text = hook("text", form);
    this.parts = Object.fromEntries(["audience", "urgency", "note", "quote", "send"].map((name) => [name, hook(name, form)]));
    this.state = this.#blank();
    this.#left = draft.load(); // before the first key stroke writes over it
    this.attachments = new Attachments(draft.person, circle.id);
    this.tray = new Tray(hook("tray", form), hook("joined", form), this.attachments, { edit: (one) => this.onEdit(one) });
    this.attachments.addEventListener("change", () => (this.#save(), this.#offer()));
    beginJoining(this, form.closest("main") ?? form);
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
    const { attachments = [], ...left } = (await this.#left) ?? {};
    if (left.text !== undefined && !this.text.value) this.bringBack(left, find);
    if (attachments.length) this.attachments.restore(attachments);
  }

  /** Put words and choices into the empty field; `find(id)` gives the answered post. */
  bringBack({ text, replyTo, ...choices }, find) {
    this.text.value = text;
    if (this.circle.audiences().includes(choices.audience)) Object.assign(this.state, choices);
    this.state.replyTo = (replyTo && find(replyTo)) ?? null;
    fit(this.text);
    this.#save();
    this.draw();
  }

  /** Whether something stands here that has its readers. */
  get begun() {
    return Boolean(this.text.value.trim() || this.attachments.good.length);
  }

  #save() {
    const text = this.text.value;
    const { replyTo, ...choices } = this.state;
    const attachments = this.attachments.kept();
    this.draft.save(text.trim() || attachments.length ? { text, replyTo: replyTo?.id ?? null, attachments, ...choices } : null);
  }

  /** "Send" stands there once there is something. */
  #offer() {
    this.form.classList.toggle("is-begun", this.begun);
    this.parts.send.classList.toggle("is-empty", !this.begun);
  }

  #written() {
    fit(this.text);
    this.#save();
    this.#offer();
    if (Date.now() - this.#typed < TYPING_MS) return;
    this.#typed = Date.now();
    this.typing(this.state.audience);
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

  async submit() {
    if (!this.begun || !this.circle.mayWrite()) return this.text.focus();
    if (this.state.urgency === "urgent" && !(await mayGo(this))) return this.text.focus();
    const written = this.text.value.trim();
    const { audience, urgency, to, expect, replyTo } = this.state;
    const body = { text: expect ? `${written}\n${expect}` : written, audience, urgency };
    if (to.length) body.to = to;
    if (replyTo) body.reply_to = replyTo.id;
    this.text.value = "";
    fit(this.text);
    // The readers stay as chosen; urgency and expectation belong to one post only.
    this.state = { ...this.#blank(), audience };
    const files = this.attachments.take();
    this.#save();
    this.draw();
    // The post is kept before the draft forgets its files.
    Promise.resolve(this.send(body, files)).finally(() => this.draft.flush());
    this.text.focus();
  }

  draw() {
    const { circle, state } = this;
    drawAudience(this.parts.audience, circle, state.audience);
    drawUrgency(this.parts.urgency, state.urgency);
    this.parts.note.replaceChildren(...[expectedLine(circle, state), wideningLine(circle, state.audience), circle.layPerson() && emergencyLine(circle)].filter(Boolean));
    drawQuote(this.parts.quote, state.replyTo, () => this.reply(null));
    this.text.placeholder = _("Write for %(patient)s", { patient: circle.patientName() });
    this.text.setAttribute("aria-label", this.text.placeholder);
    this.#offer();
    const locked = lockedLine(circle);
    this.form.classList.toggle("is-locked", Boolean(locked));
    if (locked) this.parts.note.replaceChildren(locked, ...(circle.layPerson() ? [emergencyLine(circle)] : []));
  }
}
