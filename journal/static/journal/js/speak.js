/** Speaking into the thread: the sheet behind the composer's microphone. Whatever closes it, what was said is not lost. */
import { Attachments } from "../../portal/js/attachments.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { Recorder } from "../../portal/js/recorder.js";
import { openSheet } from "../../portal/js/sheet.js";
import { circleSign, icon } from "../../portal/js/signs.js";
import { voice } from "../../portal/js/voice.js";
import { playerOf } from "../../portal/js/voice-player.js";

const UNDO_MS = 10000;

const button = (word, sign, act, main = false) => h("button", { type: "button", class: ["c-button", main && "c-button--main"], on: { click: act } }, icon(sign, 20), word);

class Speaking {
  #kept = null; // the attachment in the tray, where something had to be kept before the end
  #keeping = Promise.resolve();
  #ended = false;
  #sending = false;

  constructor(composer) {
    this.composer = composer;
    this.recorder = new Recorder({ button, ends: () => this.#ends() });
    this.recorder.addEventListener("held", () => this.#keep(false).catch(() => {}));
    this.recorder.addEventListener("thrown", () => this.#throw());
    this.part = h("div", { class: "c-sheet__part" }, this.recorder.node);
    this.sheet = openSheet(_("Voice note"), this.part);
    this.sheet.addEventListener("close", () => this.#close());
    this.recorder.start().then(() => this.part.querySelector("button")?.focus());
  }

  /** Whether there are words or other files which the note could go with. */
  get #hasMore() {
    const { text, attachments } = this.composer;
    return Boolean(text.value.trim()) || attachments.good.some((one) => one !== this.#kept);
  }

  #ends() {
    const { circle, state } = this.composer;
    return [
      this.#hasMore && button(_("Attach"), "attach", () => this.#finish()),
      h("p", { class: "c-recorder__readers" }, circleSign(state.audience, 22), h("b", { text: circle.audienceName(state.audience) }), " ", circle.audienceReaders(state.audience)),
      button(_("Send"), "send", () => this.#send(), true),
    ];
  }

  /** Into the tray, sealed on this device: a closed page or a killed app loses nothing of it. `last`: the recording ends with it. */
  #keep(last) {
    this.#keeping = this.#keeping.catch(() => {}).then(async () => {
      if (!this.recorder.something) return;
      const { file, facts } = await this.recorder.note({ last });
      const { attachments } = this.composer;
      if (this.#kept) await attachments.update(this.#kept.id, file, facts);
      else this.#kept = await attachments.add(file, facts);
      await this.composer.draft.flush(); // the next moment may be the page's last
    });
    return this.#keeping;
  }

  async #finish() {
    if (this.#sending) return;
    this.#ended = true;
    await this.#keep(true);
    this.sheet.close();
  }

  /** At once, as a post of its own: what is written or attached beside it stays where it is. */
  async #send() {
    const { composer, recorder } = this;
    if (this.#sending) return; // a second tap is the same wish
    if (!recorder.something) return this.sheet.close();
    this.#sending = this.#ended = true;
    try {
      if (this.#hasMore) await this.#sendBeside(await recorder.note());
      else {
        await this.#keep(true);
        composer.submit();
      }
    } catch (error) {
      this.#sending = this.#ended = false;
      throw error;
    }
    return this.sheet.close();
  }

  async #sendBeside({ file, facts }) {
    const { attachments, circle, state, send } = this.composer;
    const own = new Attachments(attachments.person, circle.id);
    await own.add(file, facts);
    const { audience, urgency, to, expect, replyTo } = state;
    await send({ text: expect, audience, urgency, ...(to.length && { to }), ...(replyTo && { reply_to: replyTo.id }) }, own.take());
    if (this.#kept) await attachments.remove(this.#kept.id);
  }

  async #throw() {
    this.#ended = true;
    await this.recorder.recording.finish();
    await this.#keeping.catch(() => {});
    if (this.#kept) await this.composer.attachments.remove(this.#kept.id);
    this.#kept = null;
    const undo = button(_("Undo"), "undo", () => this.#undo());
    this.part.replaceChildren(h("p", { role: "status", text: _("The note is thrown away.") }), h("div", { class: "c-recorder__acts" }, undo));
    undo.focus();
    this.timer = setTimeout(() => this.sheet.close(), UNDO_MS);
  }

  #undo() {
    clearTimeout(this.timer);
    this.#ended = false;
    this.part.replaceChildren(this.recorder.node);
    this.recorder.draw();
    this.part.querySelector("button")?.focus();
  }

  async #close() {
    clearTimeout(this.timer);
    if (!this.#ended) await this.#keep(true);
    this.recorder.close();
    this.composer.text.focus();
  }
}

/** A note of the tray, listened to again. */
async function listen({ attachments }, { id, facts }) {
  const url = URL.createObjectURL(await attachments.content(id));
  const player = playerOf({ id, ...facts, mine: true, url });
  openSheet(_("Voice note"), h("div", { class: "c-sheet__part" }, player)).addEventListener("close", () => {
    voice.stop();
    URL.revokeObjectURL(url);
  });
}

/** The composer's ways to voice notes: its microphone, and listening again to one of its tray. */
export function beginVoice(composer) {
  const others = composer.onEdit;
  composer.onMicrophone = () => new Speaking(composer);
  composer.onEdit = (attachment) => (attachment.kind === "voice" ? () => listen(composer, attachment) : (others?.(attachment) ?? null));
}
