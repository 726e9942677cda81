/** Drafts: one per person and patient, sealed like the outbox, so that words begun for one never show up at another. */
import { fetchKept, forget, keep } from "./sealed-store.js";

const PAUSE_MS = 400;

export class Draft {
  #timer = null;
  #pending = null;
  #work = Promise.resolve();

  constructor(person, circle) {
    this.person = person;
    this.circle = circle;
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden && this.flush());
  }

  /** What was left here, or null. */
  load() {
    return fetchKept("drafts", this.person, this.circle).catch(() => null);
  }

  /** Keep `value` a moment after the last key stroke; null forgets it. */
  save(value) {
    this.#pending = { value };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), PAUSE_MS);
  }

  /** Ends when all that was saved so far is kept. */
  flush() {
    clearTimeout(this.#timer);
    const pending = this.#pending;
    this.#pending = null;
    if (pending) this.#work = this.#work.then(() => this.#write(pending.value)).catch(() => {});
    return this.#work;
  }

  #write(value) {
    return value ? keep("drafts", this.person, this.circle, value) : forget("drafts", this.person, this.circle);
  }
}
