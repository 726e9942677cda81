/**
 * The keys under which a browser seals what it keeps, one per person: {person, key, wrapped}.
 * `key` is for use only, nobody reads it out; it is there while the person is signed in. `wrapped` is the same key, sealed
 * under the person's share, which only the server has and gives to whoever is signed in. Without a session what lies
 * here is noise; signing in again opens it, and unsent posts go on.
 */
import { get, NoLine } from "./api.js";
import { fetchNote, keepNote, within } from "./kept-database.js";

const AES = { name: "AES-GCM", length: 256 };
const STALE_MS = 30 * 24 * 3600 * 1000;
const PATIENCE_MS = 5000; // words just written must be kept, on a bad line too
const encoder = new TextEncoder();

const forUse = (raw) => crypto.subtle.importKey("raw", raw, AES, false, ["encrypt", "decrypt"]);
const bound = (person) => encoder.encode(`key\n${person}`);

async function share() {
  const { key } = await get("me/seal", { signal: AbortSignal.timeout(PATIENCE_MS) });
  return forUse(Uint8Array.from(atob(key), (char) => char.charCodeAt(0)));
}

async function made(person) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const key = await forUse(raw);
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "AES-GCM", iv, additionalData: bound(person) };
    return { person, key, wrapped: { iv, sealed: await crypto.subtle.encrypt(how, await share(), raw) } };
  } catch (error) {
    if (!(error instanceof NoLine)) throw error;
    return { person, key }; // without a line it serves until the session ends, and no longer
  }
}

async function reopened({ person, wrapped }) {
  const how = { name: "AES-GCM", iv: wrapped.iv, additionalData: bound(person) };
  const key = await forUse(await crypto.subtle.decrypt(how, await share(), wrapped.sealed));
  await within("keys", "readwrite", (keys) => keys.put({ person, key, wrapped }));
  return key;
}

/** The key of `person`, made, or opened by the server's share, where it is not at hand. Raises NoLine or Problem where that fails. */
export async function keyOf(person) {
  const find = () => within("keys", "readonly", (keys) => keys.get(person));
  const found = await find();
  if (found) return found.key ?? reopened(found);
  const fresh = await made(person);
  try {
    await within("keys", "readwrite", (keys) => keys.add(fresh));
    return fresh.key;
  } catch {
    return (await find()).key; // another tab was first: its key is the one
  }
}

/** Forget all that is kept for `person`, the key last: what a crash leaves behind can still be thrown away. */
export async function forgetPerson(person) {
  for (const store of ["outbox", "drafts", "files"]) {
    const ids = await within(store, "readonly", (records) => records.index("person").getAllKeys(person));
    for (const id of ids) await within(store, "readwrite", (records) => records.delete(id));
  }
  await within("keys", "readwrite", (keys) => keys.delete(person));
}

/**
 * Nobody but `but` is signed in here: their keys go, so that nothing of theirs can be read on this device.
 * What no share can open again is forgotten, and so is what waits for a month; the note "lost" counts unsent posts.
 */
export async function lockAway({ but = null } = {}) {
  let lost = 0;
  for (const record of await within("keys", "readonly", (keys) => keys.getAll())) {
    if (record.person === but) continue;
    const away = record.away ?? Date.now();
    if (record.wrapped && Date.now() - away < STALE_MS) {
      if (record.key) await within("keys", "readwrite", (keys) => keys.put({ person: record.person, wrapped: record.wrapped, away }));
    } else {
      lost += await within("outbox", "readonly", (records) => records.index("person").count(record.person));
      await forgetPerson(record.person);
    }
  }
  if (lost) await keepNote({ id: "lost", posts: ((await fetchNote("lost"))?.posts ?? 0) + lost });
}
