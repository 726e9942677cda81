/** In the service worker: send what is kept when the browser says that the line is back. */
import { CHANNEL, workerTurn } from "./after-closing.js";
import { get } from "./api.js";
import { isTooLong, noteContact } from "./last-contact.js";
import { carry } from "./carrying.js";
import { plainRecord, settle } from "./records.js";
import { forgetFile } from "./sealed-files.js";
import { lockAway } from "./sealed-keys.js";
import { allKept, countKept, fetchKept, forget, keep } from "./sealed-store.js";
import { sendOnce } from "./sending.js";
import { sendInOrder } from "./turns.js";

const SIGNED_OUT = 401;
const TRIES = 3; // then the browser is left to find out when there is a line

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
  while (true) {
    const kept = await allKept("outbox", me.id);
    const waiting = kept.filter((one) => one.state === "waiting").sort((a, b) => (a.written < b.written ? -1 : 1));
    if (!waiting.length) return;
    const turn = turnOf(me.id, token);
    await sendInOrder(waiting, turn);
    if (!(await Promise.all(turn.uploads)).every(Boolean)) throw new Error("not yet"); // the browser asks again later
  }
}

/** What the worker does with a record at its turn. */
function turnOf(person, token) {
  const isStill = async (record) => (await fetchKept("outbox", person, record.id)) !== null; // a page may have sent it, or thrown it away
  const keepNow = async (record) => (await isStill(record)) && keep("outbox", person, record.id, plainRecord(record));
  const uploads = [];
  return {
    uploads,
    upload(record) {
      const options = { token: token ?? record.token, tries: TRIES, changed: (what) => what === "state" && keepNow(record) };
      const all = Promise.all(record.attachments.map((one) => carry(person, record.circle, one, options))).then((settled) => settled.every(Boolean));
      uploads.push(all);
      return all;
    },
    async send(record) {
      if (!(await isStill(record))) return true;
      const sent = (record.attachments ?? []).filter((one) => one.state === "ready");
      const answer = await sendOnce(record, { token: token ?? record.token });
      if (answer.outcome === "waiting") throw new Error("not yet");
      if (settle(record, answer)) await keepNow(record);
      else await forget("outbox", person, record.id);
      new BroadcastChannel(CHANNEL).postMessage("change");
      if (answer.outcome === "sent") for (const one of sent) await forgetFile(person, one.id);
      return true;
    },
  };
}
