/** "Try again": a refused post, or its refused files, return to the field, for the same readers and in answer to the same post. */
import { _ } from "../../portal/js/i18n.js";

const under = new Set(); // a second tap must not bring the files twice

/** Bring `record` of the outbox back; it leaves the outbox once all of it stands in the field. */
export async function tryAgain(record, thread) {
  const { outbox, composer, posts, say } = thread;
  if (under.has(record.id)) return;
  // Whoever has begun to write has chosen readers for it: neither words nor files change theirs.
  if (composer.begun) return say(_("First send, or take away, what stands in the field."), true);
  under.add(record.id);
  try {
    composer.bringBack(unsentOf(record), (id) => posts.byId.get(id));
    const back = [];
    for (const file of record.attachments) if (await composer.attachments.again(file)) back.push(file);
    await composer.draft.flush(); // kept in one place before it leaves the other
    if (back.length === record.attachments.length) return await outbox.discard(record.id);
    await outbox.takeOut(record, back);
    say(_("Not every file came back: what stays here is no longer on this device."), true);
  } finally {
    under.delete(record.id);
  }
}

/** Its choices as a draft has them; words that have gone do not go twice. */
function unsentOf({ state, post, body }) {
  const gone = state === "told" || post;
  const { text, audience, urgency, to = [], reply_to: answered = null } = body;
  if (gone) return { text: "", audience, replyTo: post ?? answered };
  return { text, audience, urgency, to, replyTo: answered };
}
