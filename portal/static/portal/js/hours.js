/** "My working hours": a week is filled in one go from its Monday, and what is not chosen is out of sight. */
import { h } from "./dom.js";
import { _ } from "./i18n.js";

const AS_MONDAY = 4; // Tuesday to Friday

function show(week) {
  week.querySelector(".c-week__days").hidden = week.querySelector("input[type=radio]:checked")?.value !== "week";
}

function copyMonday(week) {
  const [monday, ...others] = [...week.querySelectorAll(".c-week__day")].map((day) => [...day.querySelectorAll("input")]);
  for (const day of others.slice(0, AS_MONDAY)) day.forEach((input, n) => (input.value = monday[n]?.value ?? ""));
}

for (const week of document.querySelectorAll("[data-cercle-week]")) {
  const copy = h("button", { type: "button", class: "c-textlink", text: _("The other weekdays like Monday"), on: { click: () => copyMonday(week) } });
  week.querySelector(".c-week__day").append(copy);
  week.addEventListener("change", () => show(week));
  show(week);
}
