/**
 * In which order unsent posts go, in a page as in the service worker: oldest first. One whose files are still on their way
 * holds up those behind it for some seconds at most: a large photo must not keep a word from being read.
 */
import { waitsForFiles } from "./sending.js";

const PATIENCE_MS = 10000;

/**
 * `upload(record)` brings its files to the server and gives whether they are settled; `send(record)` gives false where there
 * is no use in going on; `hurry` is a promise: somebody's urgent words have come, wait for no file.
 */
export async function sendInOrder(records, { upload, send, hurry }) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, false));
  const under = new Map(records.filter((one) => one.attachments?.length).map((one) => [one, upload(one)]));
  for (const record of records) {
    if (waitsForFiles(record)) await Promise.race([under.get(record), late, hurry].filter(Boolean));
    if (waitsForFiles(record)) continue;
    if (!(await send(record))) return;
  }
}
