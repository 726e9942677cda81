/** The patient speaks: a recording in the page itself, with large buttons. What was said is kept sealed until it has gone. */
import { Attachments } from "./attachments.js";
import { h, hook } from "./dom.js";
import { Draft } from "./drafts.js";
import { whyRefused } from "./file-words.js";
import { _ } from "./i18n.js";
import { Recorder } from "./recorder.js";
import { icon } from "./signs.js";
import { voice } from "./voice.js";
import { playerOf } from "./voice-player.js";

const button = (word, sign, act) => h("button", { type: "button", class: "c-ownbutton", on: { click: act } }, icon(sign), word);

export class OwnSpeaking {
  #kept = null;
  #keeping = Promise.resolve();
  #sending = false;
  #url = null; // of what is offered to be heard again

  /** `say(sentence)`; `send(body, attachments)` keeps and sends the post. */
  constructor(root, { person, circle, say, send }) {
    Object.assign(this, { say, send });
    this.opener = hook("own-speak", root);
    this.form = hook("own-speaking", root);
    this.place = hook("own-recorder", root);
    this.attachments = new Attachments(person, circle);
    this.draft = new Draft(person, `spoken:${circle}`);
    this.opener.addEventListener("click", () => this.#begin());
    this.draft.load().then((left) => left?.attachments?.length && this.form.hidden && this.#offer(left.attachments));
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.#send()));
  }

  #begin() {
    if (!this.form.hidden) return this.form.scrollIntoView({ block: "nearest" });
    this.say("");
    this.#open(true);
    this.recorder = new Recorder({ button, ends: () => [] });
    this.recorder.addEventListener("held", () => this.#keep(false).catch(() => {}));
    this.recorder.addEventListener("thrown", () => this.#throw());
    this.place.replaceChildren(this.recorder.node);
    return this.recorder.start().then(() => this.place.querySelector("button")?.focus());
  }

  /** Said before the page was closed, and not sent: it is all here. */
  async #offer(kept) {
    this.attachments.restore(kept);
    [this.#kept] = this.attachments.list;
    this.#open(true);
    const away = () => this.#forget().then(() => this.#end());
    const said = h("p", { role: "status", text: _("What you said is not sent yet.") });
    this.place.replaceChildren(said, button(_("Throw away"), "discard", away));
    const { id, facts } = this.#kept;
    const content = await this.attachments.content(id);
    if (!content || this.#kept?.id !== id) return; // gone from this device, or dealt with meanwhile
    this.#url = URL.createObjectURL(content);
    said.after(playerOf({ id, ...facts, mine: true, url: this.#url }));
  }

  #open(open) {
    this.form.hidden = !open;
    this.form.classList.remove("is-thrown");
    this.opener.hidden = open;
    this.opener.setAttribute("aria-expanded", String(open));
  }

  #keep(last) {
    this.#keeping = this.#keeping.catch(() => {}).then(async () => {
      if (!this.recorder?.something) return;
      const { file, facts } = await this.recorder.note({ last });
      if (this.#kept) await this.attachments.update(this.#kept.id, file, facts);
      else this.#kept = await this.attachments.add(file, facts);
      this.draft.save({ attachments: this.attachments.kept() });
      await this.draft.flush();
    });
    return this.#keeping;
  }

  async #send() {
    if (this.#sending) return; // a second tap is the same wish
    this.#sending = true;
    try {
      await this.#keep(true);
      if (!this.#kept) return;
      if (this.#kept.state === "refused") return this.say(whyRefused(this.#kept));
      this.say(_("Sending…"));
      const audience = this.form.elements.audience.value;
      await this.send({ text: "", audience, urgency: "info" }, this.attachments.take());
      this.#end();
    } finally {
      this.#sending = false;
    }
  }

  async #throw() {
    await this.recorder.recording.finish();
    await this.#forget();
    const undo = button(_("Undo"), "undo", () => this.#undo());
    this.form.classList.add("is-thrown");
    this.place.replaceChildren(h("p", { role: "status", text: _("The note is thrown away.") }), undo, button(_("Close"), "close", () => this.#end()));
    undo.focus();
  }

  #undo() {
    this.form.classList.remove("is-thrown");
    this.place.replaceChildren(this.recorder.node);
    this.recorder.draw();
    this.place.querySelector("button")?.focus();
  }

  async #forget() {
    await this.#keeping.catch(() => {});
    if (this.#kept) await this.attachments.remove(this.#kept.id);
    this.#kept = null;
    this.draft.save(null);
    await this.draft.flush();
  }

  #end() {
    this.recorder?.close();
    this.recorder = null;
    this.#kept = null;
    this.#hush();
    this.draft.save(null);
    this.draft.flush();
    this.#open(false);
    this.opener.focus();
  }

  #hush() {
    if (!this.#url) return;
    voice.stop();
    URL.revokeObjectURL(this.#url);
    this.#url = null;
  }

  /** Whether a page that is drawn anew would take something away. */
  get busy() {
    return !this.form.hidden;
  }
}
