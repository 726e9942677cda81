/** The agenda: arrows move while the ways have the focus, a report is sent without leaving the page, what is begun is kept. */
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const KEYS = { ArrowLeft: "back", ArrowRight: "forward", Home: "today" };

hook("agenda-nav")?.addEventListener("keydown", (event) => {
  const to = KEYS[event.key];
  if (!to || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  sessionStorage.setItem("cercle-agenda-move", to);
  hook("agenda-nav").querySelector(`[data-cercle-move="${to}"]`).click();
});

/** Whoever moved by keys stands on the same way of the next page. */
const moved = sessionStorage.getItem("cercle-agenda-move");
sessionStorage.removeItem("cercle-agenda-move");
if (moved) hook("agenda-nav")?.querySelector(`[data-cercle-move="${moved}"]`)?.focus();

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-cercle-agenda-act]");
  if (form) form.toggleAttribute("data-cercle-begun", [...form.querySelectorAll("textarea")].some((one) => one.value.trim()));
});

/** The form as it would be sent, but the page stays: a redirect is a yes, everything else is said beside the field. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-cercle-agenda-act]");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter;
  const wrong = hook("wrong", form);
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  wrong.hidden = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button), credentials: "same-origin", redirect: "manual" });
    if (answer.type !== "opaqueredirect") {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      throw new Error(page.querySelector("[data-cercle-refused]")?.textContent.trim() || "");
    }
    form.removeAttribute("data-cercle-begun");
    form.closest("details")?.removeAttribute("open");
    hook("agenda-said")?.replaceChildren(h("p", { class: "c-note c-note--done", text: _("Noted, and told in the thread.") }));
    document.activeElement?.blur();
    document.dispatchEvent(new CustomEvent("cercle:room-changed"));
    document.dispatchEvent(new CustomEvent("cercle:news"));
  } catch (error) {
    wrong.textContent = (error instanceof TypeError ? "" : error.message) || _("No line. Nothing was changed.");
    wrong.hidden = false;
  }
  button.removeAttribute("aria-busy");
});
