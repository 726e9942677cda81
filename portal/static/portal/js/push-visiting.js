/** At each visit: the worker learns who reads here and in which language, receipts that waited are sent, the subscription is renewed. */
import { csrfToken } from "./api.js";
import { person } from "./clearing.js";
import { language } from "./i18n.js";
import { leaveOthers } from "./push-leaving.js";
import { keepPushNote, noteHere } from "./push-notes.js";
import { renew } from "./push-subscribing.js";

const BEGUN = "dialog[open], .c-recorder, .c-before"; // lost by leaving the page; drafts and their files are not
let visited = null;

/** Once for all who wait for it: nothing is told to the server before the person who was here last has left. */
export function beginPushes() {
  visited ??= visit();
  return visited;
}

async function visit() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
  navigator.serviceWorker.addEventListener("message", ({ data, ports }) => data === "cercle-free" && ports[0]?.postMessage(!document.querySelector(BEGUN)));
  const me = person();
  await leaveOthers(me);
  if (!me) return;
  await noteHere(me);
  await keepPushNote({ id: "language", value: language });
  await keepPushNote({ id: "token", value: csrfToken() });
  const registration = await navigator.serviceWorker.ready;
  registration.active?.postMessage("cercle-receipts");
  await renew();
}
