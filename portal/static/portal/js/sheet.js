/** Sheets: what is asked or shown beside the thread. They leave the banner with the patient's name uncovered. */
import { append, h } from "./dom.js";
import { _ } from "./i18n.js";
import { icon } from "./signs.js";

let count = 0;

/** Open a sheet with a title and children; gives the dialog, which removes itself when it closes. */
export function openSheet(title, ...children) {
  const id = `sheet-${++count}`;
  const close = h("button", { type: "button", class: "c-iconbutton", "aria-label": _("Close"), on: { click: () => dialog.close() } }, icon("close"));
  const dialog = h(
    "dialog",
    { class: "c-sheet", "aria-labelledby": id },
    h("div", { class: "c-sheet__grip" }),
    h("div", { class: "c-sheet__head" }, h("h2", { id, text: title }), close),
  );
  append(dialog, children);
  dialog.addEventListener("click", (event) => event.target === dialog && outside(dialog, event) && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function outside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

/** A field with its label; `wrong` puts a sentence under it. */
export function field(label, control, hint) {
  control.id ||= `field-${++count}`;
  return h("div", { class: "c-field" }, h("label", { for: control.id, text: label }), control, hint && h("p", { class: "c-field__hint", text: hint }));
}

/** Say under a field what is wrong with it; "" takes it back. */
export function tellWrong(control, sentence) {
  const box = control.closest(".c-field");
  box.querySelector(".c-field__error")?.remove();
  control.toggleAttribute("aria-invalid", Boolean(sentence));
  if (!sentence) return;
  control.setAttribute("aria-invalid", "true");
  const id = `${control.id}-wrong`;
  control.setAttribute("aria-describedby", id);
  box.append(h("p", { class: "c-field__error", id, role: "alert", text: sentence }));
  control.focus();
}

/**
 * A sheet with fields and one act. `run()` does it: it may throw a Problem, whose sentence is then shown in the sheet.
 * Gives a promise of whether it was done.
 */
export function askSheet(title, { fields, act, run }) {
  return new Promise((done) => {
    let ended = false;
    const wrong = h("div", { "aria-live": "assertive" });
    const button = h("button", { type: "submit", class: "c-button c-button--main c-button--wide", text: act });
    const submit = async (event) => {
      event.preventDefault();
      button.setAttribute("aria-busy", "true");
      try {
        if ((await run()) === false) return;
        ended = true;
        dialog.close();
      } catch (error) {
        wrong.replaceChildren(h("p", { class: "c-note c-note--wrong", text: error.detail || _("No line. Nothing was changed. Try again when it is back.") }));
      } finally {
        button.removeAttribute("aria-busy");
      }
    };
    const form = h("form", { novalidate: true, on: { submit } }, h("div", { class: "c-sheet__part" }, fields, wrong), h("div", { class: "c-sheet__end" }, button));
    const dialog = openSheet(title, form);
    dialog.addEventListener("close", () => done(ended));
  });
}
