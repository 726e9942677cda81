/** One attempt to send a kept post. The same for the page and for the service worker. */
import { call, NoLine, Problem } from "./api.js";

const HOUR = 3600 * 1000;

/** Whether this refusal may pass by itself: the line, the load, a session or token that has run out. */
function passing(error) {
  if (error instanceof NoLine) return true;
  if (!(error instanceof Problem)) return false;
  return [401, 408, 425, 429].includes(error.status) || error.status >= 500 || error.code === "http.csrf";
}

/**
 * Send `record` ({id, circle, body, written}) once under its own key.
 * Gives {outcome: "sent", post}, {outcome: "waiting", retryAfter, status} or {outcome: "refused", code, reason}.
 */
export async function sendOnce(record, { token } = {}) {
  const headers = { "Idempotency-Key": record.id };
  if (token) headers["X-CSRFToken"] = token;
  try {
    const post = await call("POST", `circles/${record.circle}/posts`, { body: record.body, headers });
    return { outcome: "sent", post };
  } catch (error) {
    if (passing(error)) return { outcome: "waiting", retryAfter: error.retryAfter ?? null, status: error.status ?? 0 };
    if (!(error instanceof Problem)) throw error;
    if (clockDiffers(record, error)) return sendOnce({ ...record, body: withoutTime(record.body) }, { token });
    return { outcome: "refused", code: error.code, reason: error.detail || error.message, status: error.status };
  }
}

/** A device whose clock is wrong must not lose a fresh post; what was refused is not remembered under its key. */
function clockDiffers(record, error) {
  if (error.status !== 422 || !record.body.written_at) return false;
  if (error.code !== "journal.bad_time") return false;
  return Date.now() - Date.parse(record.written) < HOUR;
}

function withoutTime(body) {
  const { written_at: _gone, ...rest } = body;
  return rest;
}
