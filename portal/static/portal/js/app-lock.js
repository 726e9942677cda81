/**
 * The app lock: two minutes without being looked at, and the page stays covered until PIN or device say who holds it.
 * Covered means out of sight and out of reach of screen readers; it happens the moment that the page is hidden, so that
 * no picture of it is left in the list of open apps.
 */
import { callWhenLine, cover, person, uncover } from "./clearing.js";
import { fetchNote, keepNote } from "./kept-database.js";
import { LockScreen } from "./lock-screen.js";
import { MOST_WRONG, fetchLock, takeOff } from "./pin.js";
import { lockAway } from "./sealed-keys.js";
import { csrfToken } from "./api.js";

const LONGEST_AWAY_MS = 2 * 60 * 1000;
const NOTED_EVERY_MS = 10 * 1000;
let screen = null;

/** Note that the person is looking at an open page now; `at` 0 locks. */
export const noteAwake = (at = Date.now()) => keepNote({ id: "awake", at });

/** Time that runs backwards counts as long away. */
async function wasAway() {
  const note = await fetchNote("awake");
  return !note || Math.abs(Date.now() - note.at) > LONGEST_AWAY_MS;
}

async function open() {
  await noteAwake();
  screen = null;
  uncover();
}

/** Five wrong PINs, or forgotten: the session ends and nothing stays readable. Tried again until the server has heard it. */
async function giveUp() {
  const me = person();
  await keepNote({ ...(await fetchLock(me)), wrong: MOST_WRONG });
  await lockAway();
  await callWhenLine(async () => {
    const answer = await fetch("/accounts/logout/", { method: "POST", headers: { "X-CSRFToken": csrfToken() }, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error("not heard");
  });
  await takeOff(me);
  location.replace("/accounts/login/");
}

async function lookBack(lock) {
  if (screen) return;
  if (lock.wrong < MOST_WRONG && !(await wasAway())) return open();
  cover();
  document.dispatchEvent(new Event("cercle:locked"));
  screen = new LockScreen(person(), lock, { open, giveUp });
}

async function stand(me) {
  const lock = await fetchLock(me);
  if (!lock) {
    await takeOff(me);
    return uncover();
  }
  document.addEventListener("visibilitychange", async () => {
    if (!document.hidden) return lookBack((await fetchLock(me)) ?? lock);
    cover();
    if (!screen) noteAwake();
  });
  setInterval(() => !document.hidden && !screen && noteAwake(), NOTED_EVERY_MS);
  return lookBack(lock);
}

/** At the start of every page. Whoever has to sign in proves themselves by that. */
export function beginLock() {
  if (person()) stand(person()).catch(uncover); // a browser that keeps nothing keeps no lock
  else if (!document.querySelector('meta[name="cercle-no-contact"]')) noteAwake().catch(() => {});
}
