/** People who are not connected, on the Cercle page: keeping one, changing one, letting one go with a moment to undo it. */
import { call } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const page = hook("people");
const path = `circles/${page.dataset.cerclePeople}/contacts`;
const UNDO_MS = 8000;

/** Hides a row for eight seconds, in which it comes back at a word; then, or when the page is left, `remove` is sent. */
function removing(row, name) {
  const said = hook("said");
  const undo = h("button", { class: "c-textlink", type: "button", text: _("Undo") });
  const note = h("p", { class: "c-note" }, h("span", { text: _("%(name)s is kept no longer.", { name }) }), undo);
  const over = () => {
    clearTimeout(timer);
    removeEventListener("pagehide", leaving);
    note.remove();
  };
  const carryOut = async (keepalive) => {
    over();
    try {
      await call("DELETE", `${path}/${row.dataset.cercleContact}`, { keepalive });
      if (!keepalive) location.reload();
    } catch (problem) {
      row.hidden = false;
      said.append(h("p", { class: "c-note c-note--wrong", role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
    }
  };
  const leaving = () => carryOut(true);
  const timer = setTimeout(() => carryOut(false), UNDO_MS);
  addEventListener("pagehide", leaving);
  undo.addEventListener("click", () => {
    over();
    row.hidden = false;
    row.querySelector("[data-cercle-menu]").focus();
  });
  row.hidden = true;
  said.append(note);
  undo.focus();
}

const sheet = hook("contact-sheet");
if (sheet) beginSheet();

function beginSheet() {
  const form = hook("contact-form", sheet);
  const wrong = hook("wrong", sheet);
  const role = hook("contact-role", sheet);
  let changed = null;
  const open = (contact, known = {}) => {
    changed = contact;
    form.reset();
    for (const name of ["name", "phone", "words"]) form.elements[name].value = known[name] ?? "";
    form.elements.gender.value = known.gender ?? "";
    role.hidden = Boolean(contact);
    wrong.hidden = true;
    sheet.showModal();
    form.elements.name.focus();
  };
  hook("contact-add")?.addEventListener("click", () => open(null));
  hook("close", sheet).addEventListener("click", () => sheet.close());
  page.addEventListener("click", (event) => {
    const row = event.target.closest("[data-cercle-contact]");
    const change = event.target.closest("[data-cercle-contact-change]");
    const remove = event.target.closest("[data-cercle-contact-remove]");
    if (change) open(row.dataset.cercleContact, change.dataset);
    if (remove) removing(row, remove.dataset.name);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, phone, words, gender, role: as } = form.elements;
    const body = { name: name.value, phone: phone.value, words: words.value, gender: gender.value || null };
    try {
      await (changed ? call("PUT", `${path}/${changed}`, { body }) : call("POST", path, { body: { ...body, role: as.value } }));
      location.reload();
    } catch (problem) {
      wrong.textContent = problem.detail || _("No line. Nothing was changed.");
      wrong.hidden = false;
      (problem.errors?.phone ? phone : name).focus();
    }
  });
}
