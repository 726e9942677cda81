/** The answer of `fetchReach` in words: who is meant at each moment. */
import { _, ngettext } from "../../portal/js/i18n.js";

const rungTeams = (rung) => (rung.structures ?? []).map((one) => one.name).filter(Boolean);
const rungPeople = (rung) => rung.members ?? [];

/** "Coordination 40", "Dr Castets, Alice Martin", "5 personnes". */
export function rungTitle(rung, circle) {
  const teams = rungTeams(rung);
  if (teams.length) return teams.join(", ");
  const people = rungPeople(rung);
  return people.length > 3 ? ngettext("%(n)s person", "%(n)s people", people.length) : people.map((one) => circle.called(one)).join(", ");
}

/** Who was told of a post already, since it last began anew. */
function toldOf({ alert }) {
  const steps = alert?.steps ?? [];
  const since = steps.findLastIndex(({ step, rung }) => ["told", "unreached"].includes(step) && rung === 0);
  return new Set(steps.slice(Math.max(0, since)).flatMap(({ step, members }) => (["told", "told_again", "unreached"].includes(step) ? (members ?? []).map(({ member }) => member) : [])));
}

/** The rungs of a post's present ascent that are still to come: [{at, title}]. */
export function planOf(reach, post, circle) {
  const told = (post.alert?.steps ?? []).filter(({ step, rung }) => ["told", "unreached"].includes(step) && rung === 0);
  const start = Date.parse(told.at(-1)?.at ?? post.received_at);
  const others = (rung) => ({ ...rung, members: rungPeople(rung).filter(({ member }) => member !== post.author.member) }); // the author is never told
  const rungs = (reach.rungs ?? []).map(others).filter((rung) => rung.in_s !== null && (rungPeople(rung).length || rungTeams(rung).length));
  const before = toldOf(post);
  const all = rungs.map((rung) => {
    const names = rungTitle(rung, circle);
    const again = rungPeople(rung).length > 0 && rungPeople(rung).every(({ member }) => before.has(member));
    return { at: new Date(start + rung.in_s * 1000).toISOString(), title: again ? _("Told again: %(names)s", { names }) : names, again };
  });
  return all.filter(({ at }) => Date.parse(at) > Date.now());
}
