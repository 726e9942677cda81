/**
 * A person's unsent posts with their files. Each is kept, sealed, before the first attempt, and forgotten when the server has it.
 * A record is "waiting", "sending", "refused", or "told": it went, but without files that were refused.
 * Events: "change" (look at `records`), "progress" (of a file), "sent" (detail: {record, post}).
 */
import { CHANNEL, leaveWord, sendsAlone } from "./after-closing.js";
import { csrfToken } from "./api.js";
import { takeBack } from "./carrying.js";
import { merged, newRecord, plainRecord } from "./records.js";
import { Rounds } from "./rounds.js";
import { forgetFile } from "./sealed-files.js";
import { forgetPerson } from "./sealed-keys.js";
import { allKept, fetchKept, forget, keep } from "./sealed-store.js";

export class Outbox extends EventTarget {
  records = [];
  /** Whether the browser sends with the page closed. */
  alone = false;
  #rounds = new Rounds(this);
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
    this.changed();
  }

  /** Read what is kept, and try to send it. */
  async load() {
    try {
      const kept = await allKept("outbox", this.person);
      const known = new Map(this.records.map((one) => [one.id, one]));
      const unkept = this.records.filter((one) => one.unkept && !kept.some(({ id }) => id === one.id));
      this.records = [...kept.map((one) => merged(known.get(one.id), one)), ...unkept].sort((a, b) => (a.written < b.written ? -1 : 1));
    } catch {
      // A browser that keeps nothing still sends what is in this page.
    }
    this.changed();
    return this.flush();
  }

  of(circle) {
    return this.records.filter((record) => record.circle === circle);
  }

  /** What has not gone and may still go. */
  get waiting() {
    return this.records.filter((record) => record.state === "waiting" || record.state === "sending");
  }

  /** What has not gone, refused posts too. */
  get unsent() {
    return this.records.filter((record) => record.state !== "told");
  }

  /** Keep a new post for `circle` and send it. `body` as in the contract; its time of writing is put in here. */
  async add(circle, body, attachments = []) {
    const record = newRecord(circle, body, attachments, csrfToken());
    this.records.push(record);
    this.changed();
    await this.#keep(record);
    // The page takes its turn before the browser is asked, so that the worker wakes behind it and mostly finds nothing.
    if (body.urgency === "urgent") this.#rounds.hurry();
    this.flush();
    if (this.alone) leaveWord();
    return record;
  }

  async discard(id) {
    const record = this.records.find((one) => one.id === id);
    this.records = this.records.filter((one) => one.id !== id);
    this.changed();
    await forget("outbox", this.person, id);
    this.#channel.postMessage("change");
    this.#throwAway(record, record?.attachments ?? []);
  }

  /** Take `files` out of a refused `record`, which stays for the others. */
  async takeOut(record, files) {
    record.attachments = record.attachments.filter((one) => !files.includes(one));
    await this.moved(record);
    this.#throwAway(record, files);
  }

  #throwAway(record, files) {
    for (const one of files) {
      takeBack(record.circle, one);
      forgetFile(this.person, one.id);
    }
  }

  async throwAllAway() {
    this.records = [];
    this.changed();
    await forgetPerson(this.person);
  }

  async #keep(record) {
    try {
      await keep("outbox", this.person, record.id, plainRecord(record));
    } catch {
      record.unkept = true;
    }
  }

  flush() {
    return this.#rounds.flush();
  }

  // What its rounds tell it.

  /** Something became of `record`. */
  async moved(record) {
    this.changed();
    if (this.records.includes(record)) await this.#keep(record);
  }

  /** Whether `record` is for this page to send; a tab or the worker may have done it while its files were on their way. */
  async isStill(record) {
    if (!this.records.includes(record)) return false;
    return !record.attachments || record.unkept || (await fetchKept("outbox", this.person, record.id).catch(() => record)) !== null;
  }

  arrived(record, post) {
    this.dispatchEvent(new CustomEvent("sent", { detail: { record, post } }));
  }

  async forget(record) {
    this.records = this.records.filter((one) => one.id !== record.id);
    this.changed();
    await forget("outbox", this.person, record.id).catch(() => {});
    this.#channel.postMessage("change");
  }

  progressed() {
    this.dispatchEvent(new Event("progress"));
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}
