/** When this person last had this thread before their eyes on this device: "Nouveau depuis 9:20". Sealed like a draft. */
import { fetchKept, keep } from "../../portal/js/sealed-store.js";

/** The time of the last visit (ms), or null; from now on the present one is kept. */
export async function lastVisit(person, circle) {
  const id = `visit:${circle}`;
  const leave = () => keep("drafts", person, id, { at: Date.now() }).catch(() => {});
  const last = await fetchKept("drafts", person, id).catch(() => null);
  document.addEventListener("visibilitychange", () => document.hidden && leave());
  addEventListener("pagehide", leave);
  return last?.at ?? null;
}
