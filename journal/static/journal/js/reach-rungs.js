/** Who hears of an urgent message, rung by rung: for the chooser in a few lines, before sending with a row for each. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon, personMark } from "../../portal/js/signs.js";
import { trade } from "../../portal/js/trades.js";
import { standsIn } from "./circle.js";
import { reachSign } from "./reach-sign.js";
import { rungTitle } from "./reach-words.js";

const MOST = 4;

/** "Tout de suite", "Après 5 min sans réponse". */
export function whenOf({ after_s: after }) {
  if (!after) return _("At once");
  return _("After %(n)s min without an answer", { n: Math.round(after / 60) });
}

const meant = (reach) => (reach.rungs ?? []).filter((rung) => rung.members?.length || rung.structures?.length);

const sign = (one, { circle, times }) => reachSign({ ...(circle.members.get(one.member) ?? one), reach: one.reach }, circle, times);

function inBrief(rung, view) {
  const { circle } = view;
  const members = rung.members ?? [];
  if (rung.after_s) return h("li", null, h("b", { text: whenOf(rung) }), h("span", { text: rungTitle(rung, circle) }));
  const rows = members.slice(0, MOST).map((one) => h("li", null, h("b", { text: circle.called(one) }), sign(one, view)));
  const more = members.length - rows.length;
  return [...rows, more > 0 && h("li", { class: "u-soft", text: ngettext("and %(n)s more", "and %(n)s more", more) })];
}

/** A few lines: those told at once with how they can be reached, then who is next and when. */
export function briefly(reach, view) {
  const again = h("li", { class: "u-soft", text: _("Then again every %(n)s min, until somebody has it.", { n: 5 }) });
  return h("ul", null, meant(reach).map((rung) => inBrief(rung, view)), again);
}

function row(one, view) {
  const { circle } = view;
  const member = circle.members.get(one.member);
  const name = circle.called(one);
  const call = member?.phone && h("a", { class: "c-iconbutton", href: `tel:${member.phone}`, "aria-label": _("Call %(name)s", { name }) }, icon("phone"));
  const words = h("div", { class: "c-told__who" }, h("span", { class: "c-post__name", text: name }), h("span", { class: "c-post__role", text: [trade(member?.person ?? {}, member?.role), member?.via?.name].filter(Boolean).join(" · ") }), sign(one, view));
  return h("li", null, personMark(name, member ? standsIn(member) : "care_team"), words, call);
}

/** A row for each person, under the moment at which they are told. */
export function fully(reach, view) {
  const rungs = meant(reach);
  const several = rungs.length > 1;
  return h("ul", { class: "c-told" }, rungs.map((rung) => [several && h("li", { class: "c-told__when", text: whenOf(rung) }), (rung.members ?? []).map((one) => row(one, view))]));
}
