/**
 * What a browser keeps of a person's unsent words: IndexedDB records, each sealed with AES-GCM under a key that
 * scripts may use and nobody may read out. A record belongs to one person; store, person and id are sealed in with it,
 * so a record moved elsewhere does not open. Works in pages and in the service worker.
 */

const NAME = "cercle";
const VERSION = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
let opened = null;

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys", { keyPath: "person" });
      for (const store of ["outbox", "drafts"]) {
        request.result.createObjectStore(store, { keyPath: ["person", "id"] }).createIndex("person", "person");
      }
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  return opened;
}

async function within(store, mode, work) {
  const transaction = (await database()).transaction(store, mode);
  return asked(work(transaction.objectStore(store)));
}

async function keyOf(person) {
  const found = await within("keys", "readonly", (keys) => keys.get(person));
  if (found) return found.key;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  try {
    await within("keys", "readwrite", (keys) => keys.add({ person, key }));
    return key;
  } catch {
    // Another tab was first: its key is the one.
    return (await within("keys", "readonly", (keys) => keys.get(person))).key;
  }
}

const bound = (store, person, id) => encoder.encode(`${store}\n${person}\n${id}`);

/** Keep `value` (anything JSON can hold) as `id` of `person` in "outbox" or "drafts". */
export async function keep(store, person, id, value) {
  const key = await keyOf(person);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bound(store, person, id) };
  const sealed = await crypto.subtle.encrypt(how, key, encoder.encode(JSON.stringify(value)));
  await within(store, "readwrite", (records) => records.put({ person, id, iv, sealed }));
}

async function unseal(store, record) {
  const how = { name: "AES-GCM", iv: record.iv, additionalData: bound(store, record.person, record.id) };
  return JSON.parse(decoder.decode(await crypto.subtle.decrypt(how, await keyOf(record.person), record.sealed)));
}

/** The value kept as `id`, or null. */
export async function fetchKept(store, person, id) {
  const record = await within(store, "readonly", (records) => records.get([person, id]));
  return record ? unseal(store, record) : null;
}

/** All values of `person`; a record that does not open is left where it lies and left out. */
export async function allKept(store, person) {
  const records = await within(store, "readonly", (found) => found.index("person").getAll(person));
  const opened = await Promise.allSettled(records.map((record) => unseal(store, record)));
  return opened.filter((one) => one.status === "fulfilled").map((one) => one.value);
}

/** Whether anybody has anything in `store` on this device. */
export async function anythingKept(store) {
  return (await within(store, "readonly", (records) => records.count())) > 0;
}

export async function forget(store, person, id) {
  await within(store, "readwrite", (records) => records.delete([person, id]));
}

/** Forget all that is kept for `person`, the key last: what a crash leaves behind can still be thrown away. */
export async function forgetPerson(person) {
  for (const store of ["outbox", "drafts"]) {
    const ids = await within(store, "readonly", (records) => records.index("person").getAllKeys(person));
    for (const id of ids) await within(store, "readwrite", (records) => records.delete(id));
  }
  await within("keys", "readwrite", (keys) => keys.delete(person));
}
