/**
 * When this device last heard from the server as somebody signed in. Sixteen hours later nothing kept here may be read,
 * whether or not anybody told the device that its session is over. The device's clock is all there is to go by, so a
 * clock that was turned back counts as that long.
 */
import { fetchNote, keepNote } from "./kept-database.js";

const LONGEST_MS = 16 * 3600 * 1000;
const BACK_MS = 5 * 60 * 1000;
const BETWEEN_MS = 30 * 1000;
let noted = 0;

/** The server has answered somebody who is signed in. */
export async function noteContact() {
  const now = Date.now();
  if (Math.abs(now - noted) < BETWEEN_MS) return;
  noted = now;
  await keepNote({ id: "contact", at: now, seen: now });
}

/** Whether the last contact is too long ago. Each look is remembered, so that time can't go back behind it. */
export async function isTooLong() {
  const note = await fetchNote("contact");
  if (!note) return false;
  const now = Date.now();
  if (now - note.at > LONGEST_MS || now < note.seen - BACK_MS) return true;
  if (now > note.seen) await keepNote({ ...note, seen: now });
  return false;
}
