/**
 * In which order unsent posts go, in a page as in the service worker: oldest first. One whose files are still on their way
 * holds up those behind it for some seconds, once: a large photo must not keep a word from being read.
 */
import { waitsForFiles } from "./sending.js";

const PATIENCE_MS = 10000;
const until = new Map(); // a record's id → when those behind it go before it

/** Ends when the patience for `record` is over. */
function patience({ id }) {
  if (!until.has(id)) until.set(id, Date.now() + PATIENCE_MS);
  return new Promise((done) => setTimeout(done, until.get(id) - Date.now()));
}

/**
 * `upload(record)` brings its files to the server and ends when they are settled; `send(record)` gives false where
 * there is no use in going on, except with what is urgent, for which the server has room apart; `hurry` is a promise: somebody's urgent words have come, wait for no file.
 */
export async function sendInOrder(records, { upload, send, hurry }) {
  const under = new Map(records.filter((one) => one.attachments?.length).map((one) => [one, upload(one)]));
  let held = false;
  for (const record of records) {
    if (held && record.body.urgency !== "urgent") continue;
    if (waitsForFiles(record)) await Promise.race([under.get(record), patience(record), hurry].filter(Boolean));
    if (waitsForFiles(record)) continue;
    if (await send(record)) continue;
    if (held) return;
    held = true;
  }
}
