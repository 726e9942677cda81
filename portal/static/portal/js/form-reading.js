/** A filled sheet: printing it, and withdrawing it with a reason. */
import { post } from "./api.js";
import { tellWrong } from "./sheet.js";
import { _ } from "./i18n.js";

document.addEventListener("click", (event) => event.target.closest("[data-cercle-print]") && print());

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-cercle-withdraw-sheet]");
  if (!form) return;
  event.preventDefault();
  const { reason } = form.elements;
  if (!reason.value.trim()) return tellWrong(reason, _("Say why, in a few words."));
  const button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  try {
    await post(`circles/${form.dataset.cercleCircle}/sheets/${form.dataset.cercleWithdrawSheet}/withdrawal`, { reason: reason.value.trim() });
    reason.blur();
    reason.value = "";
    document.dispatchEvent(new Event("cercle:room-changed"));
  } catch (error) {
    tellWrong(reason, error.detail || _("No line. Nothing was changed. Try again when it is back."));
  } finally {
    button.removeAttribute("aria-busy");
  }
});
