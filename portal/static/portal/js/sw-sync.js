/** The service worker where modules may be workers: the shell, and the outbox in the background. */
import "./sw-shell.js";
import { sendKept } from "./background.js";

self.addEventListener("sync", (event) => {
  if (event.tag === "cercle-outbox") event.waitUntil(sendKept());
});
