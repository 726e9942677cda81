/**
 * What this device knows of its pushes, shared with the service worker (`sw-push.js`): "told" holds opaque ids of what was shown,
 * "notes" the language, the CSRF token, who is here ("owner": a digest, or null once they have left) and when
 * somebody left ("left"). No endpoint, no key, no name.
 */
import { asked } from "./kept-database.js";

async function within(store, mode, work) {
  const opening = indexedDB.open("cercle-push", 1);
  opening.onupgradeneeded = () => ["told", "notes"].forEach((name) => opening.result.createObjectStore(name, { keyPath: "id" }));
  const database = await asked(opening);
  try {
    return await asked(work(database.transaction(store, mode).objectStore(store)));
  } finally {
    database.close(); // it commits what was begun
  }
}

export const fetchPushNote = (id) => within("notes", "readonly", (notes) => notes.get(id));
export const keepPushNote = (note) => within("notes", "readwrite", (notes) => notes.put(note));
export const forgetPushNote = (id) => within("notes", "readwrite", (notes) => notes.delete(id));
export const forgetTold = () => within("told", "readwrite", (told) => told.clear());

/** Whether `person` (an id) was the last one here; null where nobody was noted. */
export async function wasHere(person) {
  const owner = (await fetchPushNote("owner"))?.person;
  return owner ? owner === (await digest(person)) : null;
}

export const noteHere = async (person) => keepPushNote({ id: "owner", person: await digest(person) });

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes));
}
