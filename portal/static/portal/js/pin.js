/**
 * The app lock of one person on this device, as a note in the browser's database: a slow hash of the PIN, how often it was
 * wrong, and which passkey opens it too. Kept nowhere else.
 */
import { fetchNote, forgetNote, keepNote } from "./kept-database.js";

export const MOST_WRONG = 5;
const ROUNDS = 600000;
const WAITS_S = [0, 1, 5, 15, 30];
const YEAR_S = 365 * 24 * 3600;

const noteOf = (person) => `lock:${person}`;
export const fetchLock = (person) => fetchNote(noteOf(person));

/** The page that the server sends starts covered where this cookie is; it says that there is a lock and no more. */
function tellServer(person, age) {
  document.cookie = `cercle-lock-${person}=1; path=/; max-age=${age}; samesite=strict${location.protocol === "https:" ? "; secure" : ""}`;
}

async function hashed(pin, salt) {
  const words = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, words, 256);
  return new Uint8Array(bits);
}

/** Why a PIN is too easy: "digits", "same", "row", or "" where it is good. */
export function weakness(pin) {
  if (!/^\d{4,12}$/.test(pin)) return "digits";
  if (new Set(pin).size === 1) return "same";
  const steps = new Set([...pin].slice(1).map((digit, n) => digit - pin[n]));
  return steps.size === 1 ? "row" : "";
}

export async function setPin(person, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  await keepNote({ id: noteOf(person), salt, hash: await hashed(pin, salt), wrong: 0, until: 0, credential: null });
  tellServer(person, YEAR_S);
}

export async function takeOff(person) {
  await forgetNote(noteOf(person));
  tellServer(person, 0);
}

/** Lets the passkey with this raw id open the lock too; null takes it back. */
export async function setCredential(person, credential) {
  await keepNote({ ...(await fetchLock(person)), credential });
}

/**
 * Try a PIN. Gives {right}, or {right: false, left, wait}: how many tries are left and the seconds before the next.
 * The try is counted before it is looked at: closing the page in time wins nothing.
 */
export async function tryPin(person, pin) {
  const lock = await fetchLock(person);
  const wait = secondsToWait(lock);
  if (wait || lock.wrong >= MOST_WRONG) return { right: false, left: MOST_WRONG - lock.wrong, wait };
  const wrong = lock.wrong + 1;
  const until = Date.now() + (WAITS_S[wrong] ?? 0) * 1000;
  await keepNote({ ...lock, wrong, until });
  const found = await hashed(pin, lock.salt);
  if (!found.every((byte, n) => byte === lock.hash[n])) return { right: false, left: MOST_WRONG - wrong, wait: secondsToWait({ until }) };
  await opened(person);
  return { right: true };
}

/** Somebody has proved themselves: wrong tries are forgotten. */
export async function opened(person) {
  await keepNote({ ...(await fetchLock(person)), wrong: 0, until: 0 });
}

function secondsToWait({ until }) {
  const left = Math.ceil((until - Date.now()) / 1000);
  return left > 0 ? Math.min(left, WAITS_S.at(-1)) : 0; // a clock that was turned back keeps nobody out for ever
}
