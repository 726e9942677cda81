/** A new patient: the form, its errors by field, and the warning about a likely double. */
import { post } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const form = hook("new-circle");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter?.value);
});

/** "09/03/1941" or "1941-03-09" → "1941-03-09"; anything else as it was typed, for the server to refuse. */
function isoDate(typed) {
  const parts = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(typed.trim());
  return parts ? `${parts[3]}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}` : typed.trim();
}

function body(way) {
  const field = (name) => form.elements[name].value.trim();
  const patient = {
    birth_name: field("birth_name"),
    family_name: field("family_name") || field("birth_name"),
    given_names: field("given_names").split(/[,;]/).map((name) => name.trim()).filter(Boolean),
    birth_date: isoDate(field("birth_date")),
    sex: field("sex"),
  };
  for (const name of ["birth_place_code", "ins"]) if (field(name)) patient[name] = field(name);
  const told = { patient, role: field("role"), consent: { given: form.elements.consent.checked, recorded_as: field("recorded_as") } };
  return way ? { ...told, [way]: true } : told;
}

function missing() {
  const empty = { birth_name: _("Write the birth name."), given_names: _("Write at least one given name."), birth_date: _("Write the date, for example 09/03/1941."), sex: _("Choose.") };
  const errors = Object.fromEntries(Object.entries(empty).filter(([name]) => !form.elements[name].value.trim()));
  if (!form.elements.consent.checked) errors.consent = _("A circle needs the patient's agreement.");
  return errors;
}

function clear() {
  for (const node of form.querySelectorAll(".c-field__error")) node.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-errormessage");
  }
  hook("said", form).replaceChildren();
}

function show(errors) {
  let first = null;
  for (const [name, words] of Object.entries(errors)) {
    const input = form.elements[name.split(".").pop()];
    if (!input?.closest) continue;
    const id = `wrong-${name}`;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-errormessage", id);
    input.closest(".c-field, .c-check").after(h("p", { class: "c-field__error", id, text: words }));
    first ??= input;
  }
  first?.focus();
}

async function send(way) {
  clear();
  const errors = missing();
  if (Object.keys(errors).length) return show(errors);
  const button = hook("open", form).querySelector("button");
  button.setAttribute("aria-busy", "true");
  try {
    const made = await post("circles", body(way));
    if (way === "ask_to_join") asked();
    else location.assign(`/circles/${made.id}`);
  } catch (problem) {
    refused(problem);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function refused(problem) {
  if (problem.code === "circles.likely_duplicate") {
    hook("duplicate", form).hidden = false;
    hook("open", form).hidden = true;
    hook("duplicate", form).querySelector("button").focus();
    return;
  }
  const byField = Object.fromEntries(Object.entries(problem.errors ?? {}).map(([name, words]) => [name, [words].flat().join(" ")]));
  show(byField);
  tell(problem.detail || _("No line. What you typed is still here: send it again."), true);
}

/** The same words whether or not there is a circle: nothing else is known here. */
function asked() {
  for (const part of ["duplicate", "open"]) hook(part, form).hidden = true;
  tell(_("If there is a circle of this person, those who let people in there now see that you ask, with your profession and your structure. You find the patient in your list once somebody lets you in."));
  hook("said", form).querySelector("p").focus();
}

function tell(words, wrong = false) {
  hook("duplicate", form).hidden = true;
  hook("said", form).replaceChildren(h("p", { class: wrong ? "c-note c-note--wrong" : "c-note c-note--done", tabindex: "-1", text: words }));
}
