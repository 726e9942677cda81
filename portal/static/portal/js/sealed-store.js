/**
 * What a browser keeps of a person's unsent words: IndexedDB records, each sealed with AES-GCM under a key that
 * scripts may use and nobody may read out. A record belongs to one person; store, person and id are sealed in with it,
 * so a record moved elsewhere does not open. Works in pages and in the service worker.
 */
import { within } from "./kept-database.js";
import { keyOf } from "./sealed-keys.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const bound = (store, person, id) => encoder.encode(`${store}\n${person}\n${id}`);

/** Keep `value` (anything JSON can hold) as `id` of `person` in "outbox" or "drafts". */
export async function keep(store, person, id, value) {
  const key = await keyOf(person);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bound(store, person, id) };
  const sealed = await crypto.subtle.encrypt(how, key, encoder.encode(JSON.stringify(value)));
  await within(store, "readwrite", (records) => records.put({ person, id, iv, sealed }));
}

async function unseal(store, record, key) {
  const how = { name: "AES-GCM", iv: record.iv, additionalData: bound(store, record.person, record.id) };
  return JSON.parse(decoder.decode(await crypto.subtle.decrypt(how, key, record.sealed)));
}

/** The value kept as `id`, or null. */
export async function fetchKept(store, person, id) {
  const record = await within(store, "readonly", (records) => records.get([person, id]));
  return record ? unseal(store, record, await keyOf(person)) : null;
}

/** All values of `person`; a record that does not open is left where it lies and left out. */
export async function allKept(store, person) {
  const records = await within(store, "readonly", (found) => found.index("person").getAll(person));
  if (!records.length) return [];
  const key = await keyOf(person);
  const opened = await Promise.allSettled(records.map((record) => unseal(store, record, key)));
  return opened.filter((one) => one.status === "fulfilled").map((one) => one.value);
}

/** How many records anybody has in `store` on this device; they need not open. */
export function countKept(store) {
  return within(store, "readonly", (records) => records.count());
}

export async function forget(store, person, id) {
  await within(store, "readwrite", (records) => records.delete([person, id]));
}
