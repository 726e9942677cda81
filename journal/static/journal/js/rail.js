/** Beside the thread on a desk: who is around the patient. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon, personMark } from "../../portal/js/signs.js";
import { nameOf, standingOf } from "./circle.js";
import { trade } from "../../portal/js/trades.js";

const ORDER = ["care_team", "wider_team", "relatives", "patient"];

function reach(member) {
  if (member.state === "invited") return h("span", { class: "c-reach c-reach--absent" }, icon("absent", 18), h("span", { text: _("Not connected, to be called") }));
  if (member.reachable === false) return h("span", { class: "c-reach c-reach--off" }, icon("moon", 18), h("span", { text: _("Off duty") }));
  return member.reachable ? h("span", { class: "c-reach c-reach--on" }, icon("reachable", 18), h("span", { text: _("Reachable") })) : null;
}

function row(member, circle) {
  const standing = standingOf(member.role);
  const what = trade(member.person ?? {}, member.role);
  const name = member.id === circle.member ? `${nameOf(member)} (${_("you")})` : nameOf(member);
  return h(
    "li",
    { class: "thread-person" },
    personMark(nameOf(member), standing, { absent: member.state === "invited" }),
    h("div", null, h("span", { class: "c-post__name", text: name }), h("span", { class: "c-post__role", text: [what, member.via?.name].filter(Boolean).join(" · ") }), reach(member)),
  );
}

export function drawRail(root, circle) {
  const members = [...circle.members.values()].filter((member) => member.state !== "ended");
  members.sort((a, b) => ORDER.indexOf(standingOf(a.role)) - ORDER.indexOf(standingOf(b.role)));
  root.replaceChildren(
    h("div", { class: "thread-railhead" }, h("h2", { text: _("Around %(patient)s", { patient: circle.patientName() }) }), h("span", { class: "u-small", text: ngettext("%(n)s person", "%(n)s people", members.length) })),
    h("ul", { class: "thread-people-list" }, members.map((member) => row(member, circle))),
  );
}
