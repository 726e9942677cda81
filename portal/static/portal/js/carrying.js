/**
 * Attachments on their way to the server: at most two at a time, each once, whoever asks for it (the field where one writes,
 * the outbox, another tab, the service worker). An attachment is {id, key, name, kind, type, bytes, facts, state, progress};
 * `state` becomes "ready" with its `medium`, or "refused" with `code` and `reason`. `key` is its Idempotency-Key.
 * `stuck`: it waits because the last attempt failed, not for its turn.
 */
import { passing, Problem, remove } from "./api.js";
import { Upload } from "./resumable.js";
import { fetchFile, isElsewhere } from "./sealed-files.js";

const LANES = 2;
const UNKNOWN = new Set([404, 410]);
const under = new Map(); // key → {promise, heard, stop}
const queue = [];
const back = new WeakSet(); // attachments that were taken back, perhaps before they were on their way
let running = 0;

export const isSettled = (attachment) => attachment.state === "ready" || attachment.state === "refused";

async function inLane(work) {
  if (running >= LANES) await new Promise((go) => queue.push(go));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    queue.shift()?.();
  }
}

/** One tab or worker at a time; the next one finds what has arrived by then. */
function alone(key, signal, work) {
  return navigator.locks ? navigator.locks.request(`cercle-file-${key}`, { signal }, work) : work();
}

/**
 * Bring `attachment` to the server, and set in it what became of it; `changed(what)` hears "state" or "progress".
 * Gives true when it is settled, false when it is not: the line, the session, or somebody took it back.
 */
export function carry(person, circle, attachment, { changed = () => {}, token, tries } = {}) {
  if (isSettled(attachment)) return Promise.resolve(true);
  if (back.has(attachment)) return Promise.resolve(false);
  const found = under.get(attachment.key);
  if (found) return joined(found, attachment, changed);
  const { key } = attachment;
  const one = { attachment, heard: new Set([changed]), stop: new AbortController() };
  one.tell = (what) => one.heard.forEach((hear) => hear(what));
  one.promise = inLane(() => alone(key, one.stop.signal, () => sent(person, circle, attachment, one, { token, tries })))
    .catch(() => false)
    .finally(() => under.delete(key));
  under.set(key, one);
  return one.promise;
}

/** It is on its way already, perhaps as another copy of the same record. */
async function joined(one, attachment, changed) {
  const copy = () => one.attachment !== attachment && Object.assign(attachment, one.attachment);
  one.heard.add((what) => (copy(), changed(what)));
  const settled = await one.promise;
  copy();
  return settled;
}

async function sent(person, circle, attachment, one, options) {
  one.stop.signal.throwIfAborted();
  try {
    const elsewhere = await isElsewhere(attachment.id); // asked first: the other page may be keeping it just now
    const bytes = await fetchFile(person, attachment.id);
    one.stop.signal.throwIfAborted();
    if (!bytes) return elsewhere ? false : refuse(attachment, one, "media.gone", "");
    Object.assign(attachment, { state: "sending", stuck: false });
    one.tell("state");
    attachment.medium = await upload(circle, attachment, bytes, one, options);
    Object.assign(attachment, { state: "ready", progress: 1 });
    one.tell("state");
    return true;
  } catch (error) {
    if (one.stop.signal.aborted) return false;
    if (error instanceof Problem && !passing(error) && error.status !== 409) return refuse(attachment, one, error.code, error.detail || error.message);
    Object.assign(attachment, { state: "waiting", stuck: true });
    one.tell("state");
    return false;
  }
}

async function upload(circle, attachment, bytes, one, options, again = false) {
  const progress = (share) => {
    attachment.progress = share;
    one.tell("progress");
  };
  const file = { circle, key: attachment.key, name: attachment.name, facts: attachment.facts, bytes };
  try {
    return await new Upload(file, { ...options, signal: one.stop.signal, progress, placed: (id) => (attachment.place = id) }).run();
  } catch (error) {
    const expired = error instanceof Problem && UNKNOWN.has(error.status) && attachment.place;
    if (again || !(expired || error.code === "media.key_reused")) throw error;
    renew(attachment); // what was begun has expired there
    return upload(circle, attachment, bytes, one, options, true);
  }
}

function refuse(attachment, one, code, reason) {
  Object.assign(attachment, { state: "refused", code, reason });
  one.tell("state");
  return true;
}

/** Have it sent from the beginning, as another one. */
export function renew(attachment) {
  Object.assign(attachment, { key: crypto.randomUUID(), medium: undefined, place: undefined, state: "waiting", stuck: false, progress: 0, code: "", reason: "" });
}

/** Stop sending; what the server has of it already is thrown away there. This `attachment` never goes again. */
export async function takeBack(circle, attachment) {
  back.add(attachment);
  under.get(attachment.key)?.stop.abort();
  const id = attachment.medium ?? attachment.place;
  if (id) await remove(`circles/${circle}/media/${id}`).catch(() => {});
}

/** What is kept of an attachment beside its bytes. */
export function plain({ state, progress: _progress, stuck: _stuck, ...rest }) {
  return { ...rest, state: state === "sending" ? "waiting" : state };
}
