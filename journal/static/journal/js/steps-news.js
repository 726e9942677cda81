/** Whom a fresh urgent post has told: the first rung writes no line of the feed, so the post is asked for a moment later. */
import { get } from "../../portal/js/api.js";

const LATER_MS = [2000, 8000];
const FRESH_MS = 60000;

export function beginStepsNews(thread) {
  const asked = new Set();
  const isTold = (post) => post.alert.steps?.some((one) => one.step !== "opened");

  async function ask(id) {
    const known = thread.posts.byId.get(id);
    if (!known?.alert || isTold(known) || known.retracted_at) return;
    const { receipts: _receipts, versions: _versions, ...post } = await get(`posts/${id}`);
    thread.take(post);
  }

  document.addEventListener("cercle:circle-changed", () => {
    for (const post of thread.posts.alerts.values()) {
      if (asked.has(post.id) || isTold(post) || Date.now() - Date.parse(post.received_at) > FRESH_MS) continue;
      asked.add(post.id);
      for (const wait of LATER_MS) setTimeout(() => ask(post.id).catch(() => {}), wait);
    }
  });
}
