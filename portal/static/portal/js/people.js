/** The Cercle page: letting somebody in, and ending a membership with a moment to undo it. */
import { get, post, remove } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";
import { personMark } from "./signs.js";
import { titled, trade } from "./trades.js";

const page = hook("people");
const circle = page.dataset.cerclePeople;
const said = hook("said");
const UNDO_MS = 8000;

/** Ending waits eight seconds, in which it can be taken back; leaving the page carries it out. */
class Ending {
  constructor(row, button) {
    this.row = row;
    this.member = button.dataset.cercleEnd;
    this.me = button.hasAttribute("data-cercle-me");
    row.hidden = true;
    const undo = h("button", { class: "c-textlink", type: "button", on: { click: () => this.undo() }, text: _("Undo") });
    const words = this.me ? _("You leave this circle.") : _("%(name)s leaves this circle.", { name: button.dataset.cercleName });
    this.note = h("p", { class: "c-note" }, h("span", {}, words), undo);
    said.append(this.note);
    undo.focus();
    this.timer = setTimeout(() => this.carryOut(), UNDO_MS);
    this.leaving = () => this.carryOut(true);
    addEventListener("pagehide", this.leaving);
  }

  undo() {
    this.over();
    this.row.hidden = false;
    this.row.querySelector("[data-cercle-end]").focus();
  }

  over() {
    clearTimeout(this.timer);
    removeEventListener("pagehide", this.leaving);
    this.note.remove();
  }

  async carryOut(keepalive = false) {
    this.over();
    try {
      await remove(`circles/${circle}/members/${this.member}`, { reason: "" }, { keepalive });
      if (this.me) location.assign("/");
      else if (!keepalive) location.reload();
    } catch (problem) {
      this.row.hidden = false;
      said.append(h("p", { class: "c-note c-note--wrong", role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
    }
  }
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cercle-end]");
  if (button) new Ending(button.closest("[data-cercle-member]"), button);
});

const sheet = hook("admit-sheet");
if (sheet) beginAdmission();

function beginAdmission() {
  const [search, found, chosen, wrong] = [sheet.querySelector("#admit-q"), hook("found"), hook("chosen"), hook("wrong")];
  let person = null;
  let timer = null;
  let asked = 0;
  const complain = (words) => {
    wrong.textContent = words;
    wrong.hidden = !words;
  };
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
    found.replaceChildren(...items.slice(0, 8).map(row));
    if (q && items.length === 0) found.append(h("p", { class: "c-field__hint", text: _("Nobody found by this name.") }));
  };
  search.addEventListener("input", () => {
    person = null;
    chosen.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => complain(_("No line. Nothing was changed."))), 250);
  });
  hook("admit").addEventListener("click", () => sheet.showModal());
  hook("close", sheet).addEventListener("click", () => sheet.close());
  hook("admit-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!person) return complain(_("Choose a person in the list first."));
    const until = sheet.querySelector("#admit-until").value;
    const body = { person: person.id, role: sheet.querySelector("#admit-role").value, history: event.target.elements.history.value };
    if (until) body.until = new Date(`${until}T23:59:59`).toISOString();
    try {
      await post(`circles/${circle}/members`, body);
      location.reload();
    } catch (problem) {
      complain(problem.detail || _("No line. Nothing was changed."));
    }
  });
}
