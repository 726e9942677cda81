/** A page sends what its outbox holds: a round at a time, and another one when there is reason to. */
import { leaveWord, pageTurn } from "./after-closing.js";
import { carry, isSettled } from "./carrying.js";
import { settle } from "./records.js";
import { forgetFile } from "./sealed-files.js";
import { sendOnce } from "./sending.js";
import { sendInOrder } from "./turns.js";

const SLOWEST_MS = 30000;

export class Rounds {
  #busy = false;
  #wanted = false;
  #attempt = 0;
  #timer = null;
  #due = 0;
  #uploads = new Map();
  /** Have nothing wait for files any longer: words have come that are urgent. */
  hurry = () => {};

  constructor(outbox) {
    this.outbox = outbox;
  }

  /** Send what waits, oldest first, one at a time: two posts of one person must not overtake each other. */
  async flush() {
    if (this.#busy) {
      this.#wanted = true;
      return;
    }
    this.#busy = true;
    clearTimeout(this.#timer);
    this.#timer = null;
    try {
      do {
        this.#wanted = false;
        await pageTurn(() => this.#round());
      } while (this.#wanted);
    } finally {
      this.#busy = false;
    }
  }

  #round() {
    const hurry = new Promise((done) => (this.hurry = done));
    const waiting = this.outbox.records.filter((one) => one.state === "waiting");
    return sendInOrder(waiting, { upload: (record) => this.#upload(record), send: (record) => this.#send(record), hurry });
  }

  #upload(record) {
    if (record.attachments.every(isSettled)) return true;
    if (!this.#uploads.has(record.id)) this.#uploads.set(record.id, this.#carryAll(record).finally(() => this.#uploads.delete(record.id)));
    return this.#uploads.get(record.id);
  }

  async #carryAll(record) {
    const { outbox } = this;
    const changed = (what) => (what === "progress" ? outbox.progressed() : outbox.moved(record));
    const settled = await Promise.all(record.attachments.map((one) => carry(outbox.person, record.circle, one, { changed })));
    if (settled.every(Boolean)) this.flush();
    else if (outbox.records.includes(record)) this.#again(SLOWEST_MS);
  }

  async #send(record) {
    const { outbox } = this;
    if (!(await outbox.isStill(record))) return true;
    record.state = "sending";
    outbox.changed();
    const sent = (record.attachments ?? []).filter((one) => one.state === "ready");
    const answer = await sendOnce(record);
    const left = settle(record, answer);
    if (answer.post) outbox.arrived(record, answer.post);
    if (answer.outcome === "waiting") return this.#later(record, answer);
    this.#attempt = 0;
    if (answer.outcome === "ahead") this.#wanted = true;
    await (left ? outbox.moved(record) : outbox.forget(record));
    if (answer.outcome === "sent") for (const one of sent) await forgetFile(outbox.person, one.id);
    return true;
  }

  async #later(record, { retryAfter }) {
    await this.outbox.moved(record);
    this.#again(retryAfter ? retryAfter * 1000 : Math.random() * Math.min(SLOWEST_MS, 1000 * 2 ** this.#attempt++));
    if (this.outbox.alone) leaveWord();
    return false;
  }

  /** The soonest of several reasons counts. */
  #again(pause) {
    const due = Date.now() + Math.max(500, pause);
    if (this.#timer && this.#due < due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    // One that has gone off is no reason not to set another: a round may be under way, and `flush` then only notes the wish.
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, due - Date.now());
  }
}
