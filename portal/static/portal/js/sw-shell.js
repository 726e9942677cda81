/*
 * The part of the service worker that every browser runs: the shell (styles, scripts, signs, the page that says that
 * there is no line) stays at hand. No page of a patient, no answer of the API is ever put into a cache.
 * Written without import and export, so that it is good as a module and as a plain script.
 */
(() => {
  const CACHE = "cercle-shell-1";
  const OFFLINE = "/offline";
  const HASHED = /\.[0-9a-f]{8,}\.\w+$/;

  const ofShell = (url) => url.origin === self.location.origin && (url.pathname.startsWith("/static/") || url.pathname === OFFLINE);

  self.addEventListener("install", (event) => {
    event.waitUntil(
      caches
        .open(CACHE)
        .then((cache) => cache.add(OFFLINE))
        .catch(() => {})
        .then(() => self.skipWaiting()),
    );
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(
      caches
        .keys()
        .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
        .then(() => self.clients.claim()),
    );
  });

  async function fromNet(request, cache) {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  }

  async function shell(request, url) {
    const cache = await caches.open(CACHE);
    if (HASHED.test(url.pathname)) return (await cache.match(request)) ?? fromNet(request, cache);
    return fromNet(request, cache).catch(async () => (await cache.match(request)) ?? Response.error());
  }

  async function page(request) {
    try {
      return await fetch(request);
    } catch {
      return (await caches.match(OFFLINE)) ?? Response.error();
    }
  }

  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET") return;
    if (ofShell(url)) event.respondWith(shell(event.request, url));
    else if (event.request.mode === "navigate") event.respondWith(page(event.request));
  });
})();
