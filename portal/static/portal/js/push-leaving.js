/** When somebody leaves this device, its pushes go with them: the address, what is shown, what is remembered. */
import { get } from "./api.js";
import { fetchPushNote, forgetPushNote, forgetTold, keepPushNote, wasHere } from "./push-notes.js";

const SIGNED_OUT = 401;

/** Nothing reaches this device any more, until somebody who wants it is here again. */
export async function leavePushes() {
  if (!("serviceWorker" in navigator) || !(await fetchPushNote("owner"))?.person) return;
  await keepPushNote({ id: "owner", person: null }); // first: from now on the worker shows nothing
  await keepPushNote({ id: "left", at: Date.now() });
  const registration = await navigator.serviceWorker.getRegistration();
  for (const one of (await registration?.getNotifications?.()) ?? []) one.close();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  await Promise.all([forgetPushNote("token"), forgetTold()]);
}

/** `person` ("" before signing in) is here now: what came for somebody else ends. */
export async function leaveOthers(person) {
  const mine = await wasHere(person);
  if (mine === null || mine) return;
  if (person || (await isSignedOut())) await leavePushes();
}

/** A page that names nobody proves nothing: the server is asked. */
async function isSignedOut() {
  try {
    await get("me");
    return false;
  } catch (error) {
    return error.status === SIGNED_OUT;
  }
}
