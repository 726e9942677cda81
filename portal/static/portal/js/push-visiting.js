/** At each visit: the worker learns who reads here and in which language, receipts that waited are sent, the subscription is renewed. */
import { csrfToken } from "./api.js";
import { person } from "./clearing.js";
import { language } from "./i18n.js";
import { leaveOthers } from "./push-leaving.js";
import { keepPushNote, noteHere } from "./push-notes.js";
import { renew } from "./push-subscribing.js";

export async function beginPushes() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
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
