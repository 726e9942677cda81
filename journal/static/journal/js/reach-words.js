/** The answer of `fetchReach` in words: who is meant at each moment. */
import { ngettext } from "../../portal/js/i18n.js";

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
  const others = (rung) => ({ ...rung, members: rungPeople(rung).filter(({ member }) => member !== post.author.member) }); // the author is never told
  const rungs = (reach.rungs ?? []).map(others).filter((rung) => rungPeople(rung).length || rungTeams(rung).length);
  const all = rungs.map((rung) => ({ at: new Date(start + rung.after_s * 1000).toISOString(), title: rungTitle(rung, circle) }));
  return all.filter(({ at }) => Date.parse(at) > Date.now());
}
