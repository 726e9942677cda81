/** What the address of a thread may name: a post (#post-ID, from a notification), or a call to note (#called-ID). */
import { get } from "../../portal/js/api.js";
import { _ } from "../../portal/js/i18n.js";
import { beginCalled } from "./called.js";

const POST = /^#post-([0-9a-f-]{36})$/;

/** Brings the post that is named before the reader; an urgent one that is not settled with all its steps. */
async function openNamed(thread) {
  const id = POST.exec(location.hash)?.[1];
  if (!id) return;
  const post = thread.posts.byId.get(id) ?? (await get(`posts/${id}`).catch((error) => (error.status === 404 ? null : Promise.reject(error))));
  if (!post) return thread.say(_("This message is not here any more."), true);
  await thread.travel.goTo(id, post.seq);
  const now = thread.posts.byId.get(id);
  if (now?.urgency === "urgent" && !now.retracted_at && now.alert?.state !== "done") thread.hands.act("steps", now);
}

export function beginAddress(thread) {
  beginCalled(thread);
  const open = () => openNamed(thread).catch(() => thread.say(_("No line. Try again when it is back."), true));
  addEventListener("hashchange", open);
  open();
}
