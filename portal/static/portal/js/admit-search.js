/** Finding a person by name among those whom one may find. */
import { get } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";
import { personMark } from "./signs.js";
import { titled, trade } from "./trades.js";

const WAIT_MS = 250;
const MOST = 8;

/** Begins the search inside `sheet`; gives {chosen()}: the person who was tapped, or null. */
export function beginSearch(sheet, complain) {
  const [search, found, chosen] = [sheet.querySelector("#admit-q"), hook("found", sheet), hook("chosen", sheet)];
  let person = null;
  let timer = null;
  let asked = 0;
  const choose = (one) => {
    person = one;
    found.replaceChildren();
    chosen.textContent = titled(one);
    chosen.hidden = false;
    complain("");
    sheet.querySelector("#admit-role").focus();
  };
  const row = (one) =>
    h("button", { class: "c-person", type: "button", on: { click: () => choose(one) } }, personMark(one.name, "care_team"),
      h("span", { class: "c-person__body" }, h("span", { class: "c-person__name", text: titled(one) }), h("span", { class: "c-person__role", text: trade(one) })));
  const look = async () => {
    const mine = ++asked;
    const q = search.value.trim();
    const items = q ? (await get(`people?q=${encodeURIComponent(q)}`)).items : [];
    if (mine !== asked) return;
    found.replaceChildren(...items.slice(0, MOST).map(row));
    if (q && items.length === 0) found.append(h("p", { class: "c-field__hint", text: _("Nobody found by this name.") }));
  };
  search.addEventListener("input", () => {
    person = null;
    chosen.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => complain(_("No line. Nothing was changed."))), WAIT_MS);
  });
  return { chosen: () => person };
}
