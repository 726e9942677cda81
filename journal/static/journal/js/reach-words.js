/** The answer of `fetchReach` in words: who is meant at each moment, and how each of them can be reached now. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext, pgettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";

const rungTeams = (rung) => (rung.structures ?? []).map((one) => one.name).filter(Boolean);
const rungPeople = (rung) => rung.members ?? [];

/** "Coordination 40", "Dr Castets, Alice Martin", "5 personnes". */
export function rungTitle(rung, circle) {
  const teams = rungTeams(rung);
  if (teams.length) return teams.join(", ");
  const people = rungPeople(rung);
  return people.length > 3 ? ngettext("%(n)s person", "%(n)s people", people.length) : people.map((one) => circle.called(one)).join(", ");
}

/** The rungs of a post's present ascent that are still to come: [{at, title}]. */
export function planOf(reach, post, circle) {
  const told = (post.alert?.steps ?? []).filter(({ step, rung }) => step === "told" && rung === 0);
  const start = Date.parse(told.at(-1)?.at ?? post.received_at);
  const rungs = (reach.rungs ?? []).filter((rung) => rungPeople(rung).length || rungTeams(rung).length);
  const all = rungs.map((rung) => ({ at: new Date(start + rung.after_s * 1000).toISOString(), title: rungTitle(rung, circle) }));
  return all.filter(({ at }) => Date.parse(at) > Date.now());
}

/** Sign and words of how somebody can be reached: {state, until, by, since}; nothing where that is not known. */
export function reachLine(reach, member, { circle, times }) {
  if (!reach?.state) return null;
  const time = reach.until && times.moment(reach.until);
  const gender = member?.person?.gender;
  const said = (woman, man, person) => (gender === "F" ? woman() : gender === "M" ? man() : person());
  const lines = {
    reachable: () => ["on", "reachable", _("Reachable")],
    off_duty: () => ["off", "moon", time ? _("Off duty until %(time)s", { time }) : _("Off duty")],
    replaced: () => ["off", "moon", replaced(said, circle.called(reach.by) || reach.by?.name || "")],
    failing: () => ["mute", "alert", reach.since ? _("Device silent since %(time)s", { time: times.brief(reach.since) }) : _("Device silent")],
    not_connected: () => ["absent", "absent", said(() => pgettext("of a woman", "Not connected, to be called"), () => pgettext("of a man", "Not connected, to be called"), () => _("Not connected, to be called"))],
  };
  const [kind, sign, words] = lines[reach.state]?.() ?? [];
  return words ? h("span", { class: `c-reach c-reach--${kind}` }, icon(sign, 18), h("span", { text: words })) : null;
}

function replaced(said, name) {
  return said(() => pgettext("of a woman", "Replaced by %(name)s", { name }), () => pgettext("of a man", "Replaced by %(name)s", { name }), () => pgettext("of a person", "Replaced by %(name)s", { name }));
}
