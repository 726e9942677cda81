/** A patient's tasks: one tap takes, finishes or hands back; what was done can be undone at once. Writing is `task-form.js`. */
import { call } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";
import { beginForm, NO_LINE } from "./task-form.js";

const room = hook("room");
const path = `circles/${room.dataset.cercleRoom}/tasks`;
const said = hook("said");
const form = beginForm(room, path, tell);

// A link to a task that is not among the first ones leads to the page of all.
const everything = room.querySelector("[data-cercle-all]");
if (everything && location.hash.startsWith("#task-") && !document.getElementById(location.hash.slice(1))) {
  location.replace(everything.getAttribute("href") + location.hash);
}

/** One sentence above the list, with the act that takes it back. */
function tell(sentence, undo = null, wrong = false) {
  const again = undo && h("button", { class: "c-textlink", type: "button", text: _("Undo") });
  again?.addEventListener("click", () => work(again, undo));
  said.replaceChildren(h("p", { class: ["c-note", wrong && "c-note--wrong"], role: wrong ? "alert" : null }, h("span", { text: sentence }), again));
}

async function work(button, does, sentence = "", undo = null) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    await does();
    said.replaceChildren();
    if (sentence) tell(sentence, undo);
  } catch (problem) {
    tell(problem.detail || NO_LINE(), null, problem.code !== "tasks.taken"); // somebody else was first: that is news, not an error
  } finally {
    button.removeAttribute("aria-busy");
    document.dispatchEvent(new CustomEvent("cercle:room-changed"));
  }
}

const ACTS = {
  take: (button, task) => work(button, () => call("POST", `${path}/${task}/taking`), _("You have this."), () => call("DELETE", `${path}/${task}/taking`)),
  done: (button, task) => work(button, () => call("POST", `${path}/${task}/completion`), _("Done."), () => call("DELETE", `${path}/${task}/completion`)),
  back: (button, task) => work(button, () => call("DELETE", `${path}/${task}/taking`), _("It is to do again, for all who can take it.")),
  change: (button, task) => form?.change(button, task),
  cancel: (button, task) => cancelling(task, button.closest("[data-cercle-repeats]") !== null),
};

room.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cercle-act]");
  const task = button?.closest("[data-cercle-task]")?.dataset.cercleTask;
  if (task) ACTS[button.dataset.cercleAct](button, task);
});

const sheet = hook("task-cancel");
let cancelled = null;

function cancelling(task, repeats) {
  cancelled = task;
  sheet.querySelector("form").reset();
  hook("repeats", sheet).hidden = !repeats;
  hook("wrong", sheet).hidden = true;
  sheet.showModal();
}

hook("close", sheet).addEventListener("click", () => sheet.close());
sheet.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { reason, ends } = event.target.elements;
  const wrong = hook("wrong", sheet);
  const tellWrong = (sentence) => {
    wrong.textContent = sentence;
    wrong.hidden = !sentence;
  };
  if (!reason.value.trim()) return tellWrong(_("Say why, in a few words.")), reason.focus();
  const task = cancelled;
  try {
    await call("POST", `${path}/${task}/cancellation`, { body: { reason: reason.value.trim(), ends: ends.checked } });
    sheet.close();
    tell(_("The task is cancelled."), () => call("DELETE", `${path}/${task}/cancellation`));
    document.dispatchEvent(new CustomEvent("cercle:room-changed"));
  } catch (problem) {
    tellWrong(problem.detail || NO_LINE());
  }
});
