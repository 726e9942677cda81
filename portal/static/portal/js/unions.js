/** The Cercle page: proposing to join two circles of one person, answering, undoing. */
import { post, remove } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const page = hook("people");
const unions = `circles/${page.dataset.cerclePeople}/unions`;

const ACTS = {
  acceptance: (button, id) => post(`${unions}/${id}/acceptance`),
  refusal: (button, id) => post(`${unions}/${id}/refusal`),
  undo: (button, id) => remove(`${unions}/${id}`, { reason: "" }),
  propose: (button) => post(unions, { circle: button.value }),
  ask: () => post(unions, {}),
};
const SAID = {
  propose: () => _("Proposed. Somebody else who steers the other circle now sees it."),
  ask: () => _("If there is a second circle, those who steer it now see that you ask."),
};

page.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-cercle-union-act]");
  if (!button) return;
  const act = button.dataset.cercleUnionAct;
  const row = button.closest("[data-cercle-joining]");
  row.querySelector(".c-field__error")?.remove();
  button.setAttribute("aria-busy", "true");
  try {
    await ACTS[act](button, row.dataset.cercleJoining);
    if (!SAID[act]) return location.reload();
    const said = hook("union-said", row);
    said.textContent = SAID[act]();
    said.hidden = false;
  } catch (problem) {
    row.querySelector(".c-person__body").append(h("p", { class: "c-field__error", role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
  } finally {
    button.removeAttribute("aria-busy");
  }
});
