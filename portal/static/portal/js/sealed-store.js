/**
 * What a browser keeps of a person's unsent words and files: IndexedDB records, each sealed with AES-GCM under a key that
 * scripts may use and nobody may read out. A record belongs to one person; store, person and id are sealed in with it,
 * so a record moved elsewhere does not open. Works in pages and in the service worker.
 */
import { within } from "./kept-database.js";
import { keyOf } from "./sealed-keys.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const bound = (store, person, id) => encoder.encode(`${store}\n${person}\n${id}`);

/** Keep `bytes` as `id` of `person` in `store`. Raises where the browser has no room. */
export async function keepBytes(store, person, id, bytes) {
  const key = await keyOf(person);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bound(store, person, id) };
  const sealed = await crypto.subtle.encrypt(how, key, bytes);
  await within(store, "readwrite", (records) => records.put({ person, id, iv, sealed, at: Date.now() }));
}

/** Keep `value` (anything JSON can hold) as `id` of `person` in "outbox" or "drafts". */
export const keep = (store, person, id, value) => keepBytes(store, person, id, encoder.encode(JSON.stringify(value)));

async function unseal(store, record, key) {
  const how = { name: "AES-GCM", iv: record.iv, additionalData: bound(store, record.person, record.id) };
  return crypto.subtle.decrypt(how, key, record.sealed);
}

const valueOf = (bytes) => JSON.parse(decoder.decode(bytes));

/** The bytes kept as `id`, or null. */
export async function fetchBytes(store, person, id) {
  const record = await within(store, "readonly", (records) => records.get([person, id]));
  return record ? new Uint8Array(await unseal(store, record, await keyOf(person))) : null;
}

/** The value kept as `id`, or null. */
export async function fetchKept(store, person, id) {
  const bytes = await fetchBytes(store, person, id);
  return bytes && valueOf(bytes);
}

/** All values of `person`; a record that does not open is left where it lies and left out. */
export async function allKept(store, person) {
  const records = await within(store, "readonly", (found) => found.index("person").getAll(person));
  if (!records.length) return [];
  const key = await keyOf(person);
  const opened = await Promise.allSettled(records.map((record) => unseal(store, record, key)));
  return opened.filter((one) => one.status === "fulfilled").map((one) => valueOf(one.value));
}

/** How many records anybody has in `store` on this device; they need not open. */
export function countKept(store) {
  return within(store, "readonly", (records) => records.count());
}

/** When `id` was kept, in milliseconds since 1970. */
export async function whenKept(store, person, id) {
  return (await within(store, "readonly", (records) => records.get([person, id])))?.at ?? 0;
}

/** The ids of all records of `person`. */
export async function idsKept(store, person) {
  return (await within(store, "readonly", (records) => records.index("person").getAllKeys(person))).map(([, id]) => id);
}

export async function forget(store, person, id) {
  await within(store, "readwrite", (records) => records.delete([person, id]));
}
