/** On a phone that has no lock yet, the list of patients offers one, once. */
import { person } from "./clearing.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";
import { fetchNote, keepNote } from "./kept-database.js";
import { fetchLock } from "./pin.js";
import { icon } from "./signs.js";

const phone = matchMedia("(pointer: coarse) and (max-width: 819px)");

export async function beginLockOffer() {
  const place = hook("chips");
  const me = person();
  if (!place || !me || !phone.matches) return;
  const id = `offered:${me}`;
  if ((await fetchLock(me)) || (await fetchNote(id))) return;
  const answered = () => keepNote({ id }).then(() => box.remove());
  const words = h("p", null, h("b", { text: _("Lock this phone's Cercle?") }), " ", _("A PIN or your fingerprint after two minutes in the background."));
  const choices = h("div", { class: "c-buttons" }, h("a", { class: "c-button c-button--main", href: "/me/lock", text: _("Set a lock") }), h("button", { type: "button", class: "c-button", on: { click: answered }, text: _("Not now") }));
  const box = h("aside", { class: "c-offer", "aria-label": _("Lock on this device") }, icon("lock"), h("div", null, words, choices));
  place.after(box);
}
