/** In the service worker: send what is kept when the browser says that the line is back. */
import { CHANNEL, workerTurn } from "./after-closing.js";
import { get } from "./api.js";
import { isTooLong, noteContact } from "./last-contact.js";
import { lockAway } from "./sealed-keys.js";
import { allKept, countKept, forget, keep } from "./sealed-store.js";
import { sendOnce } from "./sending.js";

const SIGNED_OUT = 401;

async function freshToken() {
  for (const name of ["__Host-cercle-csrf", "cercle-csrf"]) {
    const cookie = await self.cookieStore?.get(name);
    if (cookie) return cookie.value;
  }
  return null;
}

/** What the browser asks for when the line is back. */
export const sendKept = () => workerTurn(sendAll);

/** The caller. Whose session has ended leaves no key on this device. */
async function whoIsHere() {
  try {
    const me = await get("me");
    await noteContact();
    return me;
  } catch (error) {
    if (error.status === SIGNED_OUT) await lockAway();
    throw error;
  }
}

/** The browser may start the worker long after any page: what lies here too long is locked away. */
export async function lookAtTime() {
  if (await isTooLong()) await lockAway();
}

/** Only the posts of who is signed in now: another person's stay sealed until they are back. */
async function sendAll() {
  if (!(await countKept("outbox"))) return;
  const me = await whoIsHere();
  const token = await freshToken();
  const records = await allKept("outbox", me.id);
  records.sort((a, b) => (a.written < b.written ? -1 : 1));
  for (const record of records.filter((one) => one.state === "waiting")) {
    const answer = await sendOnce(record, { token: token ?? record.token });
    if (answer.outcome === "waiting") throw new Error("not yet"); // the browser asks again later
    if (answer.outcome === "sent") await forget("outbox", me.id, record.id);
    else await keep("outbox", me.id, record.id, { ...record, ...answer, state: "refused" });
    new BroadcastChannel(CHANNEL).postMessage("change");
  }
}
