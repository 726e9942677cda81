/**
 * A person's unsent posts. Each is kept, sealed, before the first attempt, and forgotten when the server has it.
 * Events: "change" (look at `records`), "sent" (detail: {record, post}).
 */
import { CHANNEL, leaveWord, pageTurn, sendsAlone } from "./after-closing.js";
import { csrfToken } from "./api.js";
import { forgetPerson } from "./sealed-keys.js";
import { allKept, forget, keep } from "./sealed-store.js";
import { sendOnce } from "./sending.js";

const SLOWEST_MS = 30000;

export class Outbox extends EventTarget {
  records = [];
  /** Whether the browser sends with the page closed. */
  alone = false;
  #busy = false;
  #wanted = false;
  #attempt = 0;
  #timer = null;
  #channel = new BroadcastChannel(CHANNEL);

  constructor(person) {
    super();
    this.person = person;
    this.#channel.onmessage = () => this.load();
    addEventListener("online", () => this.flush());
    this.#askBrowser();
  }

  async #askBrowser() {
    this.alone = await sendsAlone();
    this.#changed();
  }

  /** Read what is kept, and try to send it. */
  async load() {
    try {
      const kept = await allKept("outbox", this.person);
      const sending = new Set(this.records.filter((one) => one.state === "sending").map((one) => one.id));
      this.records = kept.sort((a, b) => (a.written < b.written ? -1 : 1));
      for (const record of this.records) if (sending.has(record.id)) record.state = "sending";
    } catch {
      // A browser that keeps nothing still sends what is in this page.
    }
    this.#changed();
    return this.flush();
  }

  of(circle) {
    return this.records.filter((record) => record.circle === circle);
  }

  /** Keep a new post for `circle` and send it. `body` as in the contract; its time of writing is put in here. */
  async add(circle, body) {
    const written = new Date().toISOString();
    const record = { id: crypto.randomUUID(), circle, body: { ...body, written_at: written }, written, state: "waiting" };
    record.token = csrfToken();
    this.records.push(record);
    this.#changed();
    await this.#keep(record);
    // The page takes its turn before the browser is asked, so that the worker wakes behind it and mostly finds nothing.
    this.flush();
    if (this.alone) leaveWord();
    return record;
  }

  async discard(id) {
    this.records = this.records.filter((record) => record.id !== id);
    this.#changed();
    await forget("outbox", this.person, id);
    this.#channel.postMessage("change");
  }

  async throwAllAway() {
    this.records = [];
    this.#changed();
    await forgetPerson(this.person);
  }

  async #keep(record) {
    try {
      await keep("outbox", this.person, record.id, { ...record, state: record.state === "refused" ? "refused" : "waiting" });
    } catch {
      record.unkept = true;
    }
  }

  /** Send what waits, oldest first, one at a time: two posts of one person must not overtake each other. */
  async flush() {
    if (this.#busy) {
      this.#wanted = true;
      return;
    }
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      do {
        this.#wanted = false;
        await pageTurn(() => this.#round());
      } while (this.#wanted);
    } finally {
      this.#busy = false;
    }
  }

  async #round() {
    for (const record of this.records.filter((one) => one.state === "waiting")) {
      record.state = "sending";
      this.#changed();
      const answer = await sendOnce(record);
      if (answer.outcome === "sent") await this.#sent(record, answer.post);
      else if (answer.outcome === "refused") await this.#refused(record, answer);
      else return this.#later(record, answer);
    }
  }

  async #sent(record, post) {
    this.#attempt = 0;
    this.records = this.records.filter((one) => one.id !== record.id);
    this.dispatchEvent(new CustomEvent("sent", { detail: { record, post } }));
    this.#changed();
    await forget("outbox", this.person, record.id).catch(() => {});
    this.#channel.postMessage("change");
  }

  async #refused(record, { code, reason, status }) {
    Object.assign(record, { state: "refused", code, reason, status });
    this.#changed();
    await this.#keep(record);
  }

  #later(record, { retryAfter }) {
    record.state = "waiting";
    this.#changed();
    const pause = retryAfter ? retryAfter * 1000 : Math.random() * Math.min(SLOWEST_MS, 1000 * 2 ** this.#attempt++);
    this.#timer = setTimeout(() => this.flush(), Math.max(500, pause));
    if (this.alone) leaveWord();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
