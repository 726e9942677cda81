/**
 * This browser's subscription to notifications: made when somebody asks for it, renewed at their visits, ended when they say so.
 *
 * A note of the device ("push:PERSON") says who wants it here. So whoever signs in on a shared tablet neither inherits the
 * subscription of the one before, nor has to ask again for their own; it names no circle and holds no address.
 */
import { csrfToken, get, post, remove } from "./api.js";
import { fetchNote, forgetNote, keepNote } from "./kept-database.js";
import { platform } from "./push-platform.js";

export { platform };

const WORKER_MS = 15000;
const AGAIN_MS = 3600 * 1000; // at most one renewal an hour, unless the address has changed
const PATHS = "push/subscriptions";

/** Why there is no subscription. `code`: "denied", "dismissed", "unsupported", "no-worker", "no-service". */
export class PushTrouble extends Error {
  constructor(code, cause) {
    super(code, { cause });
    this.name = "PushTrouble";
    this.code = code;
  }
}

const noteOf = (person) => `push:${person}`;
const here = () => globalThis.document?.querySelector('meta[name="cercle-person"]')?.content ?? "";
const bytesOf = (base64url) => Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));

/** Enough of a hash to see that something is the same, and nothing else. */
async function mark(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(hash).slice(0, 9)));
}

/** The present sign-in, whose token changes with each: so a device removed on purpose is not taken for one that ended with its session. */
const signIn = () => mark(csrfToken());

async function worker() {
  const late = new Promise((_, fail) => setTimeout(() => fail(new PushTrouble("no-worker")), WORKER_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** The browser's present subscription, or null; asks nobody and waits for no worker. */
export async function present() {
  const found = await navigator.serviceWorker?.getRegistration();
  return (await found?.pushManager?.getSubscription()) ?? null;
}

const sameKey = (subscription, key) => {
  const own = new Uint8Array(subscription.options?.applicationServerKey ?? new ArrayBuffer());
  return own.length === key.length && own.every((byte, n) => byte === key[n]);
};

/** A subscription under the server's present key; one under another key is given back first. */
async function fresh(registration, key) {
  const old = await registration.pushManager.getSubscription();
  if (old && sameKey(old, key)) return old;
  await old?.unsubscribe();
  try {
    return await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch (error) {
    throw new PushTrouble(error.name === "NotAllowedError" ? "denied" : "no-service", error);
  }
}

/** Tells the server of a subscription. Gives the device as the API says it; raises Problem or NoLine. */
export async function tellServer(subscription, options) {
  const { endpoint, keys } = subscription.toJSON();
  const language = globalThis.document?.documentElement.lang || navigator.language.slice(0, 2);
  return post(PATHS, { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, name: platform().name, language }, options);
}

async function keepWish(person, device, subscription) {
  const [endpoint, session] = await Promise.all([mark(subscription.endpoint), signIn()]);
  await keepNote({ id: noteOf(person), device: device.id, at: Date.now(), endpoint, session });
}

/**
 * Subscribe this browser for `person`; call it from a tap, for the browser asks its own question first.
 * Gives the device of the API. Raises PushTrouble, Problem or NoLine; whatever fails leaves the wish as it was.
 */
export async function subscribe(person = here()) {
  if (platform().support !== "ready") throw new PushTrouble("unsupported");
  const answer = await Notification.requestPermission();
  if (answer !== "granted") throw new PushTrouble(answer === "denied" ? "denied" : "dismissed");
  const registration = await worker();
  // An address that another person had here is not taken over: what is under way to it must not be shown to this one.
  if (!(await fetchNote(noteOf(person)))) await (await registration.pushManager.getSubscription())?.unsubscribe();
  const { key } = await get("push/key");
  const subscription = await fresh(registration, bytesOf(key));
  const device = await tellServer(subscription);
  await keepWish(person, device, subscription);
  return device;
}

/**
 * Whether the person has removed this device elsewhere since it was told: the same sign-in, and it is not listed any more. Another
 * device of the same sign-in is this browser under a new address, which the worker has told of meanwhile.
 */
async function removedElsewhere(note) {
  if (note.session !== (await signIn())) return false;
  const listed = await get(PATHS);
  return !listed.items.some((device) => device.id === note.device || device.current);
}

/**
 * What every visit does: where this person wants alerts here, the subscription is there and the server knows it.
 * Gives the device where the server was asked, its id alone ({id}) where that was needless, null where nothing is wanted
 * here. Asks nobody anything. `always`: also where the last renewal was less than an hour ago. Raises as `subscribe`.
 */
export async function renew({ always = false, person = here() } = {}) {
  if (!person || platform().support !== "ready") return null;
  const note = await fetchNote(noteOf(person));
  let subscription = await present();
  if (!note || platform().permission !== "granted") {
    if (!note) await subscription?.unsubscribe(); // another person's, who had this device before
    return null;
  }
  const changed = !subscription || note.endpoint !== (await mark(subscription.endpoint)) || note.session !== (await signIn());
  if (!changed && !always && Date.now() - note.at < AGAIN_MS) return { id: note.device };
  if (await removedElsewhere(note)) {
    await forgetNote(noteOf(person));
    await subscription?.unsubscribe();
    return null;
  }
  subscription = await fresh(await worker(), bytesOf((await get("push/key")).key));
  const device = await tellServer(subscription);
  await keepWish(person, device, subscription);
  return device;
}

/** Alerts come here no more: the wish, the server's row, the browser's subscription. Raises NoLine or Problem, and nothing has changed then. */
export async function unsubscribe(person = here()) {
  const note = await fetchNote(noteOf(person));
  if (note) await remove(`${PATHS}/${note.device}`).catch((error) => error.status !== 404 && Promise.reject(error));
  await forgetNote(noteOf(person));
  await (await present())?.unsubscribe();
}
