/** The browser's one database of ours: what is kept for people ("keys", "outbox", "drafts", "files") and of the device ("device"). */

const NAME = "cercle";
const VERSION = 3;
let opened = null;

export function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

function upgrade(database) {
  const there = database.objectStoreNames;
  if (!there.contains("keys")) database.createObjectStore("keys", { keyPath: "person" });
  if (!there.contains("device")) database.createObjectStore("device", { keyPath: "id" });
  for (const store of ["outbox", "drafts", "files"]) {
    if (!there.contains(store)) database.createObjectStore(store, { keyPath: ["person", "id"] }).createIndex("person", "person");
  }
}

function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  return opened;
}

/** Ends when what was written is kept: that there is no room is told at the end only. */
function kept(transaction) {
  return new Promise((done, failed) => {
    transaction.oncomplete = done;
    transaction.onabort = () => failed(transaction.error);
  });
}

/** One request in a transaction of its own: `within("keys", "readonly", (keys) => keys.get(person))`. */
export async function within(store, mode, work) {
  const transaction = (await database()).transaction(store, mode);
  const end = mode === "readwrite" ? kept(transaction) : null;
  const [answer] = await Promise.all([asked(work(transaction.objectStore(store))), end]);
  return answer;
}

export const fetchNote = (id) => within("device", "readonly", (notes) => notes.get(id));
export const keepNote = (note) => within("device", "readwrite", (notes) => notes.put(note));
export const forgetNote = (id) => within("device", "readwrite", (notes) => notes.delete(id));
