/** "I have this" outside a thread: the first one who presses owns it; the others are told who. */
import { post } from "./api.js";
import { h } from "./dom.js";
import { _ } from "./i18n.js";

async function take(button) {
  button.setAttribute("aria-busy", "true");
  const place = button.parentElement;
  try {
    await post(`posts/${button.dataset.cercleTake}/acknowledgement`, {});
    place.replaceChildren(h("p", { role: "status" }, h("b", { text: _("You have this.") })));
  } catch (problem) {
    button.removeAttribute("aria-busy");
    const owner = problem.body?.owner?.name;
    if (owner) place.replaceChildren(h("p", { class: "c-impossible", role: "status", text: _("%(name)s has this", { name: owner }) }));
    else place.append(h("p", { role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
  }
}

export function beginTaking() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cercle-take]");
    if (button && !button.hasAttribute("aria-busy")) take(button);
  });
}
