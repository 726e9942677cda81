/** Records of the outbox: {id, circle, body, written, state, token, attachments?, ahead?, second?, post?, code?, reason?}. */
import { isSettled, plain } from "./carrying.js";
import { goesAhead } from "./sending.js";

/** A new one: a post for `circle`, `body` as in the contract, with its files. */
export function newRecord(circle, body, attachments, token) {
  const written = new Date().toISOString();
  const record = { id: crypto.randomUUID(), circle, body: { ...body, written_at: written }, written, state: "waiting", token };
  if (!attachments.length) return record;
  return { ...record, attachments, ahead: goesAhead(body, attachments), second: crypto.randomUUID() };
}

/** As it is kept. */
export function plainRecord({ attachments, state, ...rest }) {
  const kept = { ...rest, state: state === "sending" ? "waiting" : state };
  return attachments ? { ...kept, attachments: attachments.map(plain) } : kept;
}

/** A record that this page knows, with what a tab or the worker has done for it meanwhile. */
export function merged(known, kept) {
  if (!known) return kept;
  if (known.state !== "sending") Object.assign(known, { state: kept.state, code: kept.code, reason: kept.reason, status: kept.status });
  known.post ??= kept.post;
  for (const one of known.attachments ?? []) {
    const there = kept.attachments?.find((other) => other.id === one.id);
    if (there && isSettled(there) && !isSettled(one)) Object.assign(one, there);
  }
  return known;
}

/** Refused files of a post that went: its author is to know. */
export const refusedFiles = (record) => (record.attachments ?? []).filter((one) => one.state === "refused");

/** What is left of `record` after `answer` of `sendOnce`: it is changed, and kept on where this gives true. */
export function settle(record, answer) {
  if (answer.outcome === "ahead") Object.assign(record, { state: "waiting", post: answer.post.id });
  else if (answer.outcome === "refused") Object.assign(record, { state: "refused", code: answer.code, reason: answer.reason, status: answer.status });
  else if (answer.outcome === "waiting") Object.assign(record, { state: "waiting", reason: answer.reason });
  else {
    record.attachments = refusedFiles(record);
    record.state = "told";
    return record.attachments.length > 0;
  }
  return true;
}
