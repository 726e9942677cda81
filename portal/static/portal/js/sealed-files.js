/** The bytes of files that are not sent yet: sealed in the browser's database, and in this page's memory where that takes nothing. */
import { allKept, fetchBytes, forget, idsKept, keepBytes, whenKept } from "./sealed-store.js";

const STRAY_MS = 24 * 3600 * 1000; // another tab may be about to name it

const inPage = new Map();
const letGo = new Map();
const lockOf = (id) => `cercle-held-${id}`;

/** As long as this page lives, tabs and worker know that it alone has the bytes of `id`. */
function hold(id) {
  navigator.locks?.request(lockOf(id), () => new Promise((done) => letGo.set(id, done)));
}

/** Whether another page has in its memory what is kept nowhere. */
export async function isElsewhere(id) {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some(({ name }) => name === lockOf(id));
}

/** Keep `bytes` of a file of `person`. Gives false where they last no longer than this page. */
export async function keepFile(person, id, bytes) {
  try {
    await keepBytes("files", person, id, bytes);
    return true;
  } catch {
    inPage.set(id, bytes);
    hold(id);
    return false;
  }
}

/** The bytes, or null where they are gone. Raises NoLine where the person's key needs the server. */
export async function fetchFile(person, id) {
  return inPage.get(id) ?? fetchBytes("files", person, id);
}

export async function forgetFile(person, id) {
  inPage.delete(id);
  letGo.get(id)?.();
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
