/*
 * Pushes, in the service worker of every browser: each one shows the same sentence, which names nobody, and is confirmed to the
 * server; what a tap opens says `sw-tap.js`. Written without import and export, so that it is good as a module and as a plain script.
 * What it remembers stands in a database of its own (`push-notes.js` is the page's side): opaque ids, and the device's language.
 */
(() => {
  const SENTENCES = { fr: "Du nouveau vous attend.", en: "Something new is waiting for you." };
  const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const RECEIPTS = "cercle-receipts";
  const REMEMBERED = 200; // ids; a push service sends again within hours
  const LONGEST_MS = 24 * 3600 * 1000; // a receipt that is older tells nobody anything
  const PATIENCE_MS = 10 * 1000;

  const asked = (request) =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });

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

  // Nobody is at the device: what is asked neither keeps an unused session alive nor ends it.
  const UNATTENDED = { "X-Cercle-Unattended": "1" };
  const plain = (headers) => ({ credentials: "same-origin", cache: "no-store", redirect: "error", headers: { ...headers, ...UNATTENDED }, signal: AbortSignal.timeout(PATIENCE_MS) });
  const note = (id) => within("notes", "readonly", (notes) => notes.get(id)).catch(() => undefined);
  const recall = () => within("told", "readonly", (told) => told.getAll()).catch(() => []);
  const remember = (entry) => within("told", "readwrite", (told) => told.put(entry)).catch(() => {});
  const forget = (id) => within("told", "readwrite", (told) => told.delete(id)).catch(() => {});

  async function language() {
    const kept = (await note("language"))?.value ?? self.navigator.language ?? "fr";
    return kept.startsWith("en") ? "en" : "fr";
  }

  /** The id that a push carries, or null where it can't be read: such a one is shown all the same. */
  function idOf(event) {
    try {
      const { id } = event.data.json();
      return ID.test(id) ? id : null;
    } catch {
      return null;
    }
  }

  async function sentence(id, more) {
    const words = await language();
    const said = { body: SENTENCES[words], lang: words, tag: id ?? "cercle", icon: self.cercleIcon, data: { id } };
    await self.registration.showNotification("Cercle", { ...said, ...more });
  }

  /**
   * Something is shown for each push, whatever pages are open: a browser takes the permission away from who stays silent. One that
   * was shown before takes its own place without a sound, and goes at once where it was put away already.
   */
  async function show(id) {
    const known = id !== null && (await recall()).some((one) => one.id === id);
    if (!known) return sentence(id);
    const standing = await self.registration.getNotifications({ tag: id });
    await sentence(id, { silent: true });
    if (!standing.length) for (const one of await self.registration.getNotifications({ tag: id })) one.close();
  }

  const isGone = async () => (await note("owner"))?.person === null;

  /** Somebody has left this device not long ago: what still comes for them is not the present one's to see. */
  async function isAnothers(id) {
    const left = await note("left");
    if (id === null || !left || Date.now() - left.at > LONGEST_MS) return false;
    return (await fetch(`/api/v1/push/deliveries/${id}`, plain()).catch(() => null))?.status === 404;
  }

  async function told(id) {
    if (await isGone()) return (await self.registration.pushManager.getSubscription())?.unsubscribe(); // the browser had not heard it
    if (await isAnothers(id)) return;
    await show(id);
    if (id === null) return;
    await remember({ id, at: Date.now(), owed: true });
    await confirmAll();
  }

  async function token() {
    for (const name of ["__Host-cercle-csrf", "cercle-csrf"]) {
      const cookie = await self.cookieStore?.get(name);
      if (cookie) return cookie.value;
    }
    return (await note("token"))?.value ?? "";
  }

  async function send(path, body) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": await token() };
    return fetch(`/api/v1/${path}`, { method: "POST", body: JSON.stringify(body), ...plain(headers) });
  }

  /** What is shown and not confirmed yet; false: to be tried again. Nobody's or another's id is no more to be told. */
  async function confirm({ id, at }) {
    const answer = Date.now() - at > LONGEST_MS ? null : await send("push/receipts", { id }).catch(() => ({ status: 503 }));
    if (answer && (answer.status >= 500 || [403, 408, 425, 429].includes(answer.status))) return false;
    await remember({ id, at, owed: false });
    return true;
  }

  async function confirmAll() {
    const kept = (await recall()).sort((a, b) => b.at - a.at);
    for (const { id } of kept.slice(REMEMBERED)) await forget(id);
    const owed = kept.slice(0, REMEMBERED).filter((one) => one.owed);
    const done = await Promise.all(owed.map(confirm));
    if (!done.every(Boolean)) await self.registration.sync?.register(RECEIPTS).catch(() => {});
  }

  const serverKey = async () => (await (await fetch("/api/v1/push/key", plain())).json()).key;

  /** The push service has changed the address. What fails here is made good at the next visit. */
  async function renew({ oldSubscription: old, newSubscription: fresh }) {
    if (await isGone()) return;
    const applicationServerKey = old?.options?.applicationServerKey ?? (await serverKey());
    const subscription = fresh ?? (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
    const { endpoint, keys } = subscription.toJSON();
    await send("push/subscriptions", { endpoint, keys, language: await language() });
  }

  self.addEventListener("push", (event) => event.waitUntil(told(idOf(event))));
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event).catch(() => {})));
  self.addEventListener("message", (event) => event.data === RECEIPTS && event.waitUntil(confirmAll()));
  self.addEventListener("sync", (event) => event.tag === RECEIPTS && event.waitUntil(confirmAll()));
})();
