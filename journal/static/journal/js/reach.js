/** Who can be told of an urgent message, when, and how each of them can be reached now: asked before sending and shown after. */
import { get } from "../../portal/js/api.js";

const PATIENCE_MS = 4000;

/**
 * {rungs: [{after_s, members, structures}], nobody, until} for a post to `audience` and `to`, or null where nothing was answered in time:
 * a message is never held up by not knowing who will hear it.
 */
export async function fetchReach(circle, { audience, to = [] }, patience = PATIENCE_MS) {
  const asked = new URLSearchParams({ audience });
  for (const one of to) asked.append("to", one);
  try {
    return await get(`circles/${circle}/reach?${asked}`, { signal: AbortSignal.timeout(patience) });
  } catch {
    return null;
  }
}
