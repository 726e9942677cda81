/** Replacements: choosing a colleague and patients, and ending one with a moment to undo it. */
import { findPerson } from "./admit-search.js";
import { remove } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const page = hook("replacements");
const said = hook("said", page);
const form = page.querySelector("form");
const UNDO_MS = 8000;

/** Ending waits eight seconds, in which it can be taken back; leaving the page carries it out. */
function end(row, button) {
  const over = () => {
    clearTimeout(timer);
    removeEventListener("pagehide", leaving);
    note.remove();
  };
  const carryOut = async (keepalive = false) => {
    over();
    try {
      await remove(`delegations/${button.dataset.cercleEndReplacement}`, { reason: "" }, { keepalive });
      if (!keepalive) location.assign("/me/replacements");
    } catch (problem) {
      row.hidden = false;
      complain(problem.detail || _("No line. Nothing was changed."));
    }
  };
  const undo = () => {
    over();
    row.hidden = false;
    button.focus();
  };
  const leaving = () => carryOut(true);
  const again = h("button", { class: "c-textlink", type: "button", on: { click: undo }, text: _("Undo") });
  const note = h("p", { class: "c-note" }, h("span", {}, _("The replacement with %(name)s ends.", { name: button.dataset.cercleName })), again);
  row.hidden = true;
  said.replaceChildren(note);
  again.focus();
  const timer = setTimeout(carryOut, UNDO_MS);
  addEventListener("pagehide", leaving);
}

function complain(words) {
  said.replaceChildren(...(words ? [h("p", { class: "c-note c-note--wrong", role: "alert", text: words })] : []));
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cercle-end-replacement]");
  if (button) end(button.closest("[data-cercle-replacement]"), button);
});

if (form) {
  const search = findPerson(form, complain, "#from");
  const choices = hook("choices", form);
  const show = () => {
    choices.hidden = form.elements.which.value !== "some";
  };
  form.addEventListener("change", show);
  show();
  form.addEventListener("submit", () => {
    const chosen = search.chosen();
    if (chosen) {
      form.elements.to.value = chosen.id;
      form.elements.to_name.value = chosen.name;
    }
  });
}
