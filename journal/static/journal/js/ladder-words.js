/** What an alert did at a moment, in words: whom it told and what came of it. Steps are those of docs/protocol.md. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext, pgettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";

const who = (step, circle) => circle.called(step.member);

export const STEPS = {
  opened: (step, { circle, me }) => (step.member?.member === me ? _("Written by you") : _("Written by %(name)s", { name: who(step, circle) })),
  told: (step, view) => toldTitle(step, view.circle),
  told_again: () => _("Told again"),
  unreached: (step, { circle }) => _("Could not be reached: %(names)s", { names: namesOf(step.members, circle) || _("nobody could be reached") }),
  unanswered: (step, { times }) => offDuty(step.until, times),
  resumed: () => _("The alert began anew"),
  reminded: (step, { circle }) => _("Reminder sent to %(names)s", { names: namesOf(step.members, circle) }),
  asked: (step, { circle }) => _("End of duty: %(names)s asked what becomes of it", { names: namesOf(step.members, circle) }),
  taken: (step, { circle, me }) => (step.member?.member === me ? _("You have this") : _("%(name)s has this", { name: who(step, circle) })),
  reopened: (step, { circle }) => (step.member ? _("Handed back by %(name)s", { name: who(step, circle) }) : _("Open again")),
  done: (step, { circle }) => _("Done by %(name)s", { name: who(step, circle) }),
  withdrawn: (step, { circle }) => _("Withdrawn by %(name)s", { name: who(step, circle) }),
};

function offDuty(until, times) {
  if (!until) return _("Nobody is on duty");
  const time = times.moment(until);
  return Date.parse(until) > Date.now() ? _("Nobody is on duty before %(time)s", { time }) : _("Nobody was on duty before %(time)s", { time });
}

export function namesOf(people, circle) {
  return (people ?? []).map((one) => circle.called(one)).join(", ");
}

/** "Cabinet du Marensin prévenu", "Dr Castets prévenue", "3 personnes prévenues". */
function toldTitle({ members: told = [] }, circle) {
  const known = told.map((one) => circle.members.get(one.member));
  const teams = new Set(known.map((member) => member?.via?.name ?? ""));
  if (told.length > 1 && teams.size === 1 && !teams.has("")) return pgettext("of a team", "%(name)s told", { name: [...teams][0] });
  if (told.length !== 1) return ngettext("%(n)s person told", "%(n)s people told", told.length);
  const name = circle.called(told[0]);
  if (known[0]?.person?.gender === "F") return pgettext("of a woman", "%(name)s told", { name });
  return known[0]?.person?.gender === "M" ? pgettext("of a man", "%(name)s told", { name }) : pgettext("of a person", "%(name)s told", { name });
}

const CAME = [
  [["shown"], (names) => _("Received: %(names)s", { names })],
  [["sent"], (names) => _("Sent, not received yet: %(names)s", { names })],
  [["pending"], (names) => pgettext("of people told", "Not sent yet: %(names)s", { names })],
  [["unreached"], (names) => _("Not reached: %(names)s", { names })],
];

/** What came of it, for each way that it came. */
export function detailsOf(step, view) {
  const { circle, times } = view;
  if (step.step === "opened") return [_("Arrived at %(time)s", { time: times.brief(step.at) })];
  if (step.step === "unreached") return [_("No device of theirs answers. Telephone. The next step did not wait."), ...phones(step.members, circle)];
  if (step.reason) return [step.reason];
  if (!["told", "told_again"].includes(step.step)) return [];
  const alone = step.members?.length === 1;
  const by = (states) => (step.members ?? []).filter(({ state }) => states.includes(state));
  if (alone && step.members[0].state === "dropped") return [];
  if (alone) return [{ shown: _("Received"), pending: pgettext("of an alert", "Not sent yet"), unreached: _("Not reached") }[step.members[0].state] ?? _("Sent, not received yet")];
  return CAME.map(([states, words]) => by(states).length > 0 && words(namesOf(by(states), circle))).filter(Boolean);
}

/** Who could not be reached by a device may have a telephone. */
function phones(people, circle) {
  const known = (people ?? []).map((one) => circle.members.get(one.member)).filter((member) => member?.phone);
  return known.map((member) => h("a", { class: "c-textlink", href: `tel:${member.phone}` }, icon("phone", 20), _("Call %(name)s", { name: circle.nameOf(member.id) })));
}
