/*
 * A tap on a notification, in the service worker of every browser: it opens what the notification was about, and takes nobody away
 * from what they are writing. Written without import and export, so that it is good as a module and as a plain script.
 */
(() => {
  const ANSWER_MS = 1000;
  const KEEPING = /^\/(new|todo|circles\/[0-9a-f-]{36})?$/; // these keep what is written there

  /** Whether a window shows a list or a thread, and says itself that nothing is begun there that leaving it would lose. */
  async function isFree(window) {
    if (!KEEPING.test(new URL(window.url).pathname)) return false;
    const { port1, port2 } = new MessageChannel();
    return new Promise((done) => {
      port1.onmessage = ({ data }) => done(data === true);
      setTimeout(done, ANSWER_MS, false);
      window.postMessage("cercle-free", [port2]);
    });
  }

  /** The window before somebody's eyes goes there, or another that is free; else a new one: nobody loses what they are writing. */
  async function open(id) {
    const address = id ? `/notices/${id}` : "/";
    const all = await self.clients.matchAll({ type: "window" });
    const rank = (one) => (one.focused ? 0 : one.visibilityState === "visible" ? 1 : 2);
    const free = await Promise.all(all.map(isFree));
    const [chosen] = all.filter((_, n) => free[n]).sort((a, b) => rank(a) - rank(b));
    if (!chosen) return self.clients.openWindow(address);
    await chosen.focus().catch(() => {});
    return chosen.navigate(address).catch(() => self.clients.openWindow(address));
  }

  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data?.id));
  });
})();
