/** The Cercle page: answering somebody who asks to be let in. */
import { post } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const page = hook("people");
const circle = page.dataset.cerclePeople;

page.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-cercle-knock-act]");
  if (!button) return;
  const row = button.closest("[data-cercle-knock]");
  const act = button.dataset.cercleKnockAct;
  const body = act === "admission" ? { role: hook("knock-role", row).value, history: hook("knock-now", row).checked ? "from_now" : "all" } : undefined;
  button.setAttribute("aria-busy", "true");
  try {
    await post(`circles/${circle}/requests/${row.dataset.cercleKnock}/${act}`, body);
    location.reload();
  } catch (problem) {
    hook("knock-wrong", row)?.remove();
    row.querySelector(".c-person__body").append(h("p", { class: "c-field__error", role: "alert", data: { "knock-wrong": "" }, text: problem.detail || _("No line. Nothing was changed.") }));
    button.removeAttribute("aria-busy");
  }
});
