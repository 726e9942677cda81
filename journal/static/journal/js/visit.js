/** When this person last had this thread before their eyes on this device: "Nouveau depuis 9:20". Sealed like a draft. */
import { fetchKept, keep } from "../../portal/js/sealed-store.js";

/** Keep that it is now before their eyes. */
export function noteVisit(person, circle) {
  return keep("drafts", person, `visit:${circle}`, { at: Date.now() }).catch(() => {});
}

/** The time of the last visit (ms), or null; the present one is kept when it ends. */
export async function lastVisit(person, circle) {
  const last = await fetchKept("drafts", person, `visit:${circle}`).catch(() => null);
  const leave = () => noteVisit(person, circle);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pagehide", leave);
  return last?.at ?? null;
}
