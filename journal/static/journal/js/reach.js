/** Who can be told of an urgent message, when, and how each of them can be reached now: asked before sending and shown after. */
import { get } from "../../portal/js/api.js";

const PATIENCE_MS = 4000;
const GOOD_MS = 60000; // an answer of the chooser, for who sends right after it
let last = null; // {address, at, reach}: of this page only

/**
 * {rungs: [{after_s, members, structures}], nobody, until} for a post to `audience` and `to`, or null where nothing was answered in time:
 * a message is never held up by not knowing who will hear it.
 */
export async function fetchReach(circle, { audience, to = [] }, patience = PATIENCE_MS) {
  const address = addressOf(circle, { audience, to });
  try {
    const reach = await get(address, { signal: AbortSignal.timeout(patience) });
    last = { address, at: Date.now(), reach };
    return reach;
  } catch {
    return null;
  }
}

/** What was answered to the same question less than a minute ago, or null. */
export function knownReach(circle, { audience, to = [] }) {
  return last?.address === addressOf(circle, { audience, to }) && Date.now() - last.at < GOOD_MS ? last.reach : null;
}

function addressOf(circle, { audience, to }) {
  const asked = new URLSearchParams({ audience });
  for (const one of to) asked.append("to", one);
  return `circles/${circle}/reach?${asked}`;
}
