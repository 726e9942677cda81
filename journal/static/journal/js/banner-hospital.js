/** Under the banner: where the patient is, and by what right a reader of an emergency room is here. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon, personMark } from "../../portal/js/signs.js";
import { sinceWhen } from "./event-words.js";

/** `stay` {since, state, hospital?, unit?} or null; hospital and unit are told to the care team alone. */
export function drawStay(root, stay, times) {
  if (!root) return;
  root.hidden = !stay;
  if (!stay) return root.replaceChildren();
  const place = [stay.hospital, stay.unit?.name].filter(Boolean).join(", ");
  const words = stay.state === "on_leave" ? _("On leave from the hospital") : _("In hospital since %(date)s", { date: sinceWhen(stay.since, times) });
  return root.replaceChildren(personMark("H", "hospital"), h("span", { text: place ? `${words} (${place})` : words }));
}

/** Until when somebody is here by force of an emergency; null: they are not. */
export function drawGlass(root, until, times) {
  if (!root) return;
  root.hidden = !until;
  if (!until) return root.replaceChildren();
  const words = _("Emergency access until %(time)s", { time: times.brief(until) });
  return root.replaceChildren(icon("alert", 20), h("span", null, words, h("span", { text: _("You write for the care team alone. The patient and the coordinator have been told.") })));
}
