/** Who hears of an urgent message, rung by rung: for the chooser in a few lines, before sending with a row for each. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon, personMark } from "../../portal/js/signs.js";
import { trade } from "../../portal/js/trades.js";
import { standsIn } from "./circle.js";
import { reachSign } from "./reach-sign.js";
import { rungTitle } from "./reach-words.js";

const MOST = 4;

export const NO_DEVICE = () => _("No device can ring now");

const begun = (words) => words.charAt(0).toLocaleUpperCase() + words.slice(1);

/** "Tout de suite", "Après 5 min sans réponse"; where nobody at all is on duty from when somebody is: "À 8:00", "puis après 5 min". */
function whenOf({ after_s: after, in_s: real }, reach, times) {
  if (reach.nobody && after) return _("then after %(n)s min", { n: Math.round(after / 60) });
  if (reach.nobody) return reach.until ? begun(times.atMoment(reach.until)) : _("As soon as somebody is on duty");
  if (real === null) return _("Not told: nobody on duty");
  return real ? _("After %(n)s min without an answer", { n: Math.round(real / 60) }) : _("At once");
}

const meant = (reach) => (reach.rungs ?? []).filter((rung) => rung.members?.length || rung.structures?.length);

const sign = (one, { circle, times }) => reachSign({ ...(circle.members.get(one.member) ?? one), reach: one.reach }, circle, times);

function inBrief(rung, reach, view) {
  const { circle, times } = view;
  const members = rung.members ?? [];
  if (reach.nobody || rung.in_s !== 0) return h("li", null, h("b", { text: whenOf(rung, reach, times) }), h("span", { text: rungTitle(rung, circle) }));
  const rows = members.slice(0, MOST).map((one) => h("li", null, h("b", { text: circle.called(one) }), sign(one, view)));
  const more = members.length - rows.length;
  return [...rows, more > 0 && h("li", { class: "u-soft", text: ngettext("and %(n)s more", "and %(n)s more", more) })];
}

/** A few lines: those told at once with how they can be reached, then who is next and when. */
export function briefly(reach, view) {
  const again = h("li", { class: "u-soft", text: _("Then again every %(n)s min, until somebody has it.", { n: 5 }) });
  return h("ul", null, meant(reach).map((rung) => inBrief(rung, reach, view)), again);
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
  return h("ul", { class: "c-told" }, rungs.map((rung) => [(several || reach.nobody) && h("li", { class: "c-told__when", text: whenOf(rung, reach, view.times) }), (rung.members ?? []).map((one) => row(one, view))]));
}
