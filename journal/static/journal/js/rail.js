/** Beside the thread on a desk: who is around the patient. */
import { h, hook } from "../../portal/js/dom.js";
import { _, ngettext, pgettext } from "../../portal/js/i18n.js";
import { icon, personMark } from "../../portal/js/signs.js";
import { nameOf, standsIn } from "./circle.js";
import { reachSign } from "./reach-sign.js";
import { Times } from "./times.js";
import { trade } from "../../portal/js/trades.js";

const ORDER = ["care_team", "wider_team", "relatives", "patient"];

function row(member, circle, times) {
  const standing = standsIn(member);
  const what = trade(member.person ?? {}, member.role);
  const name = member.id === circle.member ? `${nameOf(member)} (${_("you")})` : nameOf(member);
  return h(
    "li",
    { class: "thread-person" },
    personMark(nameOf(member), standing, { absent: member.state === "invited" }),
    h("div", null, h("span", { class: "c-post__name", text: name }), h("span", { class: "c-post__role", text: [what, member.via?.name].filter(Boolean).join(" · ") }), reachSign(member, circle, times)),
  );
}

function contactRow(contact) {
  const absent = { F: pgettext("of a woman", "Not connected, to be called"), M: pgettext("of a man", "Not connected, to be called") };
  const words = absent[contact.gender] ?? pgettext("of a person", "Not connected, to be called");
  const call = contact.phone && h("a", { class: "c-iconbutton", href: `tel:${contact.phone}`, "aria-label": _("Call %(name)s", { name: contact.name }) }, icon("phone"));
  return h(
    "li",
    { class: "thread-person" },
    personMark(contact.name, contact.standing, { absent: true }),
    h("div", null, h("span", { class: "c-post__name", text: contact.name }), h("span", { class: "c-post__role", text: contact.words || trade({}, contact.role) }), h("span", { class: "c-reach c-reach--absent" }, icon("absent", 18), h("span", { text: words }))),
    call,
  );
}

export function drawRail(circle) {
  const root = hook("rail");
  if (!root) return;
  const members = [...circle.members.values()].filter((member) => member.person && member.state !== "ended"); // a team's people say for whom they come
  const times = new Times(circle.zone);
  members.sort((a, b) => ORDER.indexOf(standsIn(a)) - ORDER.indexOf(standsIn(b)));
  root.replaceChildren(
    h("div", { class: "thread-railhead" }, h("h2", { text: _("Around %(patient)s", { patient: circle.patientName() }) }), h("span", { class: "u-small", text: ngettext("%(n)s person", "%(n)s people", members.length) })),
    h("ul", { class: "thread-people-list" }, members.map((member) => row(member, circle, times)), circle.contacts.map(contactRow)),
  );
}
