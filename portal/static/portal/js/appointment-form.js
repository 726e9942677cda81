/** The form of an appointment: it begins where it is wrong, the end follows the beginning, one occurrence has no repeating. */
import { hook } from "./dom.js";

const form = hook("appointment");
const { from, to } = form.elements;
const repeat = hook("repeat", form);

form.querySelector("[aria-invalid=true]")?.focus();

const minutes = (time) => {
  const [hours, rest] = time.split(":").map(Number);
  return hours * 60 + rest;
};
const clock = (sum) => `${String(Math.floor(sum / 60)).padStart(2, "0")}:${String(sum % 60).padStart(2, "0")}`;

/** As long as before; half an hour where nothing was said. It never runs over midnight. */
let lasts = from.value && to.value ? minutes(to.value) - minutes(from.value) : 30;
from.addEventListener("change", () => {
  if (!from.value) return;
  to.value = clock(Math.min(minutes(from.value) + Math.max(lasts, 5), 24 * 60 - 1));
});
to.addEventListener("change", () => {
  if (from.value && to.value) lasts = minutes(to.value) - minutes(from.value);
});

for (const which of form.querySelectorAll("[name=which]")) {
  which.addEventListener("change", () => {
    repeat.hidden = form.querySelector("[name=which]:checked").value === "one";
  });
}
form.addEventListener("submit", (event) => {
  const button = event.submitter ?? form.querySelector("[type=submit]");
  if (button.getAttribute("aria-busy") === "true") event.preventDefault();
  else button.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => form.querySelector("[aria-busy]")?.removeAttribute("aria-busy"));
