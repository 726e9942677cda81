/**
 * One attempt to send a kept post. The same for the page and for the service worker.
 *
 * A post goes when its files are there, without those that were refused. An urgent one never waits for files: its words go
 * at once (`ahead`), the files follow as an answer to it, under a key of their own (`second`).
 */
import { call, passing, Problem } from "./api.js";
import { isSettled, renew } from "./carrying.js";

const HOUR = 3600 * 1000;
const TOO_FAST = 429;

/** Whether the next thing to send of `record` needs files that are not there yet. */
export function waitsForFiles({ ahead, post, attachments = [] }) {
  return !(ahead && !post) && !attachments.every(isSettled);
}

/** Whether it is decided now, once for all attempts, that the words of a post go before its files. */
export function goesAhead(body, attachments) {
  return body.urgency === "urgent" && Boolean(body.text) && !attachments.every(isSettled);
}

/** What is sent next, and under which key. */
function next({ id, second, body, ahead, post, attachments = [] }) {
  const media = attachments.filter((one) => one.state === "ready").map((one) => one.medium);
  if (ahead && !post) return { key: id, body };
  const { audience, written_at } = body;
  if (post) return { key: second, body: { text: "", media, audience, urgency: "info", reply_to: post, written_at } };
  return { key: id, body: media.length ? { ...body, media } : body };
}

/**
 * Send `record` ({id, circle, body, written, attachments?}) once under its own key. Gives {outcome: "sent", post}, {outcome: "ahead", post}
 * (the words are there, its files follow), {outcome: "waiting", retryAfter, status, reason} or {outcome: "refused", code, reason}.
 */
export async function sendOnce(record, { token } = {}) {
  const { key, body } = next(record);
  if (!body.text && !body.media?.length) return nothingLeft(record);
  const headers = { "Idempotency-Key": key };
  if (token) headers["X-CSRFToken"] = token;
  try {
    const post = await call("POST", `circles/${record.circle}/posts`, { body, headers });
    return { outcome: record.ahead && !record.post ? "ahead" : "sent", post };
  } catch (error) {
    if (passing(error)) return { outcome: "waiting", retryAfter: error.retryAfter ?? null, status: error.status ?? 0, reason: error.status === TOO_FAST ? error.detail : "" };
    if (!(error instanceof Problem)) throw error;
    if (error.code === "journal.unknown_media" && begunAnew(record)) return { outcome: "waiting", retryAfter: null, status: error.status };
    if (clockDiffers(record, error)) return sendOnce({ ...record, body: withoutTime(record.body) }, { token });
    return { outcome: "refused", code: error.code, reason: error.detail || error.message, status: error.status };
  }
}

/** The server keeps files that no post carries for some days only: they are sent once more. */
function begunAnew({ attachments = [] }) {
  const there = attachments.filter((one) => one.state === "ready" && !one.renewed);
  for (const one of there) {
    renew(one);
    one.renewed = true;
  }
  return there.length > 0;
}

/** All its files were refused, and words it has none, or they are there already. */
function nothingLeft({ post, attachments = [] }) {
  if (post) return { outcome: "sent", post: null };
  const { code, reason } = attachments[0] ?? {};
  return { outcome: "refused", code, reason: reason ?? "" };
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
