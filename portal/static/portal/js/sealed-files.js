/** The bytes of files that are not sent yet: sealed in the browser's database, and in this page's memory where that takes nothing. */
import { allKept, fetchBytes, forget, idsKept, keepBytes, whenKept } from "./sealed-store.js";

const STRAY_MS = 24 * 3600 * 1000; // another tab may be about to name it

const inPage = new Map();
const coming = new Map(); // id → the promise of its being kept
const letGo = new Map();
const lockOf = (id) => `cercle-held-${id}`;

/** Until `release`, or as long as this page lives, tabs and worker know that it alone has the bytes of `id`. */
function hold(id) {
  release(id);
  const ended = new Promise((done) => letGo.set(id, done));
  navigator.locks?.request(lockOf(id), () => ended);
}

function release(id) {
  letGo.get(id)?.();
  letGo.delete(id);
}

/** Whether another page has in its memory what is kept nowhere. */
export async function isElsewhere(id) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === lockOf(id));
}

/**
 * Keep the bytes of `file`, a Blob, as `id` of `person`. From this call on, whoever asks for them waits until they are there.
 * Gives false where they last no longer than this page. Raises where the file cannot be read.
 */
export function keepFile(person, id, file) {
  const before = settled(id);
  hold(id);
  const work = before.then(() => kept(person, id, file)).finally(() => {
    if (coming.get(id) !== work) return; // another one is being kept in its place
    coming.delete(id);
    if (!inPage.has(id)) release(id);
  });
  coming.set(id, work);
  return work;
}

async function kept(person, id, file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    await keepBytes("files", person, id, bytes);
    inPage.delete(id);
    return true;
  } catch {
    inPage.set(id, bytes);
    return false;
  }
}

/** Ends when nothing is being kept as `id`, however that went. */
const settled = (id) => Promise.resolve(coming.get(id)).catch(() => {});

/** The bytes, or null where they are gone. Raises NoLine where the person's key needs the server. */
export async function fetchFile(person, id) {
  await settled(id);
  return inPage.get(id) ?? fetchBytes("files", person, id);
}

export async function forgetFile(person, id) {
  await settled(id);
  inPage.delete(id);
  release(id);
  await forget("files", person, id).catch(() => {});
}

/** Forget what neither a draft nor an unsent post of `person` names any more: a crash may come between the two. */
export async function forgetStrays(person) {
  const found = await idsKept("files", person);
  if (!found.length) return;
  const named = new Set();
  for (const store of ["drafts", "outbox"]) for (const one of await allKept(store, person)) for (const file of one?.attachments ?? []) named.add(file.id);
  for (const id of found) if (!named.has(id) && Date.now() - (await whenKept("files", person, id)) > STRAY_MS) await forget("files", person, id);
}
