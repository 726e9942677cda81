/** The service worker where modules may be workers: the shell, and the outbox in the background. */
import "./sw-shell.js";
import { lookAtTime, sendKept } from "./background.js";

lookAtTime().catch(() => {});

self.addEventListener("sync", (event) => {
  if (event.tag === "cercle-outbox") event.waitUntil(sendKept());
});
