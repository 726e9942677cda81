/**
 * Writing the care plan: forms that go to the API, each with what was wrong beside its field, what was typed kept;
 * ending an entry, with a moment to undo it. `room.js` draws the plan anew.
 */
import { call, post, Problem, remove } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const page = hook("plan");
const root = `circles/${page.dataset.cerclePlan}/plan`;
const FIELDS = ["text", "act", "call", "due_on", "problem", "objective"];
const UNDO_MS = 8000;
const keys = new WeakMap(); // form → the key of what it is about to write, until that is written

/** What the form says, as the API takes it. */
function said(form) {
  const data = new FormData(form);
  const body = {};
  for (const name of FIELDS) if (data.has(name)) body[name] = data.get(name).trim() || null;
  if (data.has("who")) {
    const [kind, value] = data.get("who").split(":");
    body.member = kind === "m" ? value : null;
    body.role = kind === "r" ? value : null;
  }
  if (data.has("audience")) body.audience = data.get("audience");
  return body;
}

function showWrong(form, problem) {
  const errors = problem instanceof Problem ? problem.errors : {};
  let first = null;
  for (const field of form.querySelectorAll("[data-cercle-field]")) {
    const name = field.dataset.cercleField.split(" ").find((one) => errors[one]);
    const error = field.querySelector(".c-field__error");
    const control = field.querySelector(".c-input");
    field.classList.toggle("is-wrong", Boolean(name));
    error.hidden = !name;
    error.textContent = name ? errors[name] : "";
    control.toggleAttribute("aria-invalid", Boolean(name));
    first ??= name ? control : null;
  }
  const wrong = form.querySelector("[data-cercle-wrong]");
  wrong.hidden = !problem || first !== null;
  wrong.textContent = wrong.hidden ? "" : problem.detail || _("No line. Nothing was changed.");
  first?.focus();
}

async function send(form) {
  const entry = form.dataset.cerclePlanForm;
  if (entry) return call("PATCH", `${root}/${entry}`, { body: said(form) });
  if (!keys.has(form)) keys.set(form, crypto.randomUUID());
  const body = { part: form.dataset.cerclePlanPart, ...said(form) };
  return post(root, body, { headers: { "Idempotency-Key": keys.get(form) } });
}

page.addEventListener("input", (event) => event.target.closest("[data-cercle-plan-form]")?.setAttribute("data-cercle-begun", ""));

page.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-cercle-plan-form]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector(".c-button--main");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await send(form);
    showWrong(form, null);
    keys.delete(form);
    form.reset();
    form.removeAttribute("data-cercle-begun");
    const fold = form.closest("details");
    fold.open = false;
    fold.querySelector("summary").focus();
    document.dispatchEvent(new CustomEvent("cercle:room-changed"));
  } catch (problem) {
    if (problem instanceof Problem && problem.code === "records.key_reused") keys.delete(form);
    showWrong(form, problem);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

/** Ending waits eight seconds, in which it can be taken back; leaving the page carries it out. */
function endSoon(entry) {
  const row = document.getElementById(`entry-${entry}`) ?? document.getElementById(`change-${entry}`);
  row.hidden = true;
  const undo = h("button", { class: "c-textlink", type: "button", text: _("Undo") });
  const note = h("p", { class: "c-note", role: "status", data: { begun: "" } }, h("span", {}, _("This entry has ended.")), undo);
  row.after(note);
  undo.focus();
  const over = () => { clearTimeout(timer); removeEventListener("pagehide", leave); note.remove(); };
  const carryOut = async (keepalive) => {
    over();
    try {
      await remove(`${root}/${entry}`, { reason: "" }, { keepalive });
      document.dispatchEvent(new CustomEvent("cercle:room-changed"));
    } catch (problem) {
      row.hidden = false;
      row.after(h("p", { class: "c-note c-note--wrong", role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
    }
  };
  const leave = () => carryOut(true);
  const timer = setTimeout(() => carryOut(false), UNDO_MS);
  addEventListener("pagehide", leave);
  undo.addEventListener("click", () => { over(); row.hidden = false; row.querySelector("summary")?.focus(); });
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cercle-plan-end]");
  if (button) endSoon(button.dataset.cerclePlanEnd);
});

/** An action becomes a task or an appointment by one tap. */
page.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-cercle-plan-carry]");
  if (!button || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await post(`${root}/${button.dataset.cerclePlanCarry}`, {});
    document.dispatchEvent(new CustomEvent("cercle:room-changed"));
  } catch (problem) {
    button.after(h("p", { class: "c-note c-note--wrong", role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
    button.removeAttribute("aria-busy");
  }
});
