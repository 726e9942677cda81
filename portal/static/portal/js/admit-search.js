/** Finding by name: a person among those whom one may find, or a structure in the directory. */
import { get } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";
import { personMark } from "./signs.js";
import { titled, trade } from "./trades.js";

const WAIT_MS = 250;
const MOST = 8;

const PERSON = { path: "people", name: titled, more: (one) => trade(one) };
const STRUCTURE = { path: "structures", name: (one) => one.name, more: () => "" };

export function findPerson(sheet, complain, next = "#admit-role") {
  return beginSearch(hook("find-person", sheet), PERSON, complain, next);
}

export function findStructure(sheet, complain) {
  return beginSearch(hook("find-structure", sheet), STRUCTURE, complain, "#admit-role");
}

/** Begins the search inside `field`; what was chosen, the field `next` follows. Gives {chosen()}: what was tapped, or null. */
function beginSearch(field, kind, complain, next) {
  const [search, found, chosen] = [field.querySelector("input"), hook("found", field), hook("chosen", field)];
  let one = null;
  let timer = null;
  let asked = 0;
  const choose = (tapped) => {
    one = tapped;
    found.replaceChildren();
    chosen.textContent = kind.name(one);
    chosen.hidden = false;
    complain("");
    document.querySelector(next).focus();
  };
  const row = (each) =>
    h("button", { class: "c-person", type: "button", on: { click: () => choose(each) } }, personMark(each.name, "care_team"),
      h("span", { class: "c-person__body" }, h("span", { class: "c-person__name", text: kind.name(each) }), h("span", { class: "c-person__role", text: kind.more(each) })));
  const look = async () => {
    const mine = ++asked;
    const q = search.value.trim();
    const items = q ? (await get(`${kind.path}?q=${encodeURIComponent(q)}`)).items : [];
    if (mine !== asked) return;
    found.replaceChildren(...items.slice(0, MOST).map(row));
    if (q && items.length === 0) found.append(h("p", { class: "c-field__hint", text: _("Nobody found by this name.") }));
  };
  search.addEventListener("input", () => {
    one = null;
    chosen.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => complain(_("No line. Nothing was changed."))), WAIT_MS);
  });
  return { chosen: () => one };
}
