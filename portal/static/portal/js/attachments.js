/**
 * What stands with the words that are being written: files on their way while one still writes.
 * Events: "change" (a file more or less, another state), "progress".
 */
import { carry, isSettled, plain, renew, takeBack } from "./carrying.js";
import { mostBytes } from "./file-words.js";
import { fetchFile, forgetFile, keepFile } from "./sealed-files.js";

export class Attachments extends EventTarget {
  list = [];

  constructor(person, circle) {
    super();
    Object.assign(this, { person, circle });
  }

  /** Those that a post may take along. */
  get good() {
    return this.list.filter((one) => one.state !== "refused");
  }

  /** Put a file with the words: it begins to go at once. `facts`: {kind, name, taken_at?, caption?, site?, width?, height?, duration?, waveform?}. */
  async add(file, { kind, name, ...facts }) {
    const id = crypto.randomUUID();
    const attachment = { id, key: id, name, kind, type: file.type, bytes: file.size, facts, state: "waiting", progress: 0, code: "", reason: "" };
    this.list.push(attachment);
    await this.#take(attachment, file);
    return attachment;
  }

  /** Try once more with a file that was refused, or whose post was. Gives false where it is not on this device any more. */
  async again({ id, kind, name, type, facts }) {
    const bytes = await fetchFile(this.person, id).catch(() => null);
    if (bytes) await this.add(new Blob([bytes], { type }), { ...facts, kind, name });
    return Boolean(bytes);
  }

  /** Another file in the place of one (cut, blurred), or other facts: what was sent of the old one is taken back. Gives whether it was there. */
  async update(id, file, { kind, name, ...facts } = {}) {
    const attachment = this.list.find((one) => one.id === id);
    if (!attachment) return false;
    takeBack(this.circle, { ...attachment });
    renew(attachment);
    Object.assign(attachment, { kind: kind ?? attachment.kind, name: name ?? attachment.name, facts: { ...attachment.facts, ...facts } });
    if (file) Object.assign(attachment, { type: file.type, bytes: file.size });
    await this.#take(attachment, file);
    return true;
  }

  async #take(attachment, file) {
    this.#changed();
    const code = this.#wrong(attachment);
    if (code) Object.assign(attachment, { state: "refused", code });
    else if (file) await this.#keep(attachment, file);
    this.#changed();
    this.#send(attachment);
  }

  #wrong({ bytes }) {
    if (!bytes) return "media.empty";
    return bytes > mostBytes() ? "media.too_large" : "";
  }

  async #keep(attachment, file) {
    try {
      const kept = await keepFile(this.person, attachment.id, file);
      attachment.unkept = !kept;
    } catch {
      Object.assign(attachment, { state: "refused", code: "media.gone" });
    }
  }

  async #send(attachment) {
    const changed = (what) => (what === "progress" ? this.dispatchEvent(new Event("progress")) : this.#changed());
    if (!isSettled(attachment)) await carry(this.person, this.circle, attachment, { changed });
  }

  /** The bytes of one, as they go out. */
  async content(id) {
    const bytes = await fetchFile(this.person, id);
    return bytes && new Blob([bytes], { type: this.list.find((one) => one.id === id)?.type });
  }

  async remove(id) {
    const attachment = this.list.find((one) => one.id === id);
    this.list = this.list.filter((one) => one.id !== id);
    this.#changed();
    if (!attachment) return;
    takeBack(this.circle, attachment);
    await forgetFile(this.person, id);
  }

  /** Hand over what a post takes along; what was refused stays here until its author has seen why. */
  take() {
    const { good } = this;
    this.list = this.list.filter((one) => !good.includes(one));
    this.#changed();
    return good;
  }

  /** For the draft. */
  kept() {
    return this.list.map(plain);
  }

  /** Bring back what stood with a draft. */
  restore(kept) {
    this.list.push(...kept.map((one) => ({ ...one, progress: one.medium ? 1 : 0 })));
    this.#changed();
    for (const one of this.list) this.#send(one);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
