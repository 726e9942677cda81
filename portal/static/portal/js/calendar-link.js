/** The private address of a calendar: copied at a tap, gone from the page when one comes back to it. */
import { hook } from "./dom.js";
import { _ } from "./i18n.js";

const secret = hook("secret");
const copy = hook("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(secret.textContent.trim());
      hook("copied").textContent = _("The address is copied.");
    } catch {
      getSelection().selectAllChildren(secret);
      hook("copied").textContent = _("It is marked: copy it now.");
    }
  });
}
addEventListener("pageshow", (event) => event.persisted && location.replace("/me/calendar"));
