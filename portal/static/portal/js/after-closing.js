/** Sending with the page closed: what page and service worker agree on, where the browser has background sync. */

export const CHANNEL = "cercle-outbox";

/** Whether the browser sends by itself what a closed page left. */
export async function sendsAlone() {
  if (!("serviceWorker" in navigator) || !("SyncManager" in window)) return false;
  return "sync" in (await navigator.serviceWorker.ready);
}

/** From now on the worker is told as soon as there is a line; the page may close. */
export async function leaveWord() {
  await (await navigator.serviceWorker.ready).sync.register(CHANNEL).catch(() => {});
}

/** A page's turn at sending: it waits for nobody, for a post's key makes a second sending harmless. */
export function pageTurn(work) {
  return navigator.locks ? navigator.locks.request(CHANNEL, { mode: "shared", ifAvailable: true }, work) : work();
}

/** The worker's turn: when no page is sending. What a page has sent is gone by then. */
export function workerTurn(work) {
  return navigator.locks ? navigator.locks.request(CHANNEL, work) : work();
}
