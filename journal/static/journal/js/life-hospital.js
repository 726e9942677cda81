/** Who comes from the hospital, and by what: lines between the posts, for everybody in the thread to see. */
import { _, pgettext } from "../../portal/js/i18n.js";
import { nameOf } from "./circle.js";

/** Whether a line about a member is told in the thread: only of those who come for a stay or by force of an emergency. */
export const fromHospital = (item) => item.kind.startsWith("glass.") || item.member?.role === "hospital_staff";

const REASONS = {
  emergency: () => _("life-threatening emergency"),
  unconscious: () => _("the patient cannot speak"),
  treatment: () => _("treatment that cannot wait"),
  other: () => _("another reason"),
};
const VERDICTS = {
  justified: () => _("Emergency access reviewed: justified"),
  questioned: () => _("Emergency access reviewed: questions were asked"),
  unjustified: () => _("Emergency access reviewed: not justified"),
};

/** "Odile Darrieux (CH de Dax)" */
const placed = (name, structure) => (structure ? `${name} (${structure.name})` : name);

/** The sign and the sentence of such a line, or [null, null]; `lines` are all that are known, in their order. */
export function toldOfHospital(item, { times, circle }, lines) {
  if (item.glass) return toldOfGlass(item, times, circle);
  const { member } = item;
  const name = placed(nameOf(member), member.via);
  if (item.kind === "member.left") return ["sign-out", byGender(member.person?.gender, _LEFT, { name })];
  if (item.kind !== "member.joined") return [null, null];
  const same = lines.filter((one) => one.member?.id === member.id);
  const place = same.indexOf(item);
  if (same[place - 1]?.kind !== "member.joined") return ["people", byGender(member.person?.gender, _JOINED, { name })];
  const until = !same[place + 1] && !isPast(member) && member.until; // told once more: their term has moved
  return until ? ["clock", _("%(name)s stays in the thread until %(time)s", { name, time: times.moment(until) })] : [null, null];
}

const isPast = ({ until }) => Boolean(until) && Date.parse(until) <= Date.now();
const last = (lines) => [...new Map(lines.filter((item) => item.kind.startsWith("member.") && fromHospital(item)).map((item) => [item.member.id, item])).values()];
const joined = (lines) => last(lines).filter(({ kind }) => kind === "member.joined");

/** Whose term has passed: nobody had to do anything for it, so no line of the feed tells it. */
export const lapsed = (lines) => joined(lines).filter(({ member }) => isPast(member)).map(({ member }) => ({ kind: "member.left", member, at: member.until }));

/** When the next term passes, in milliseconds since 1970; Infinity where none is known. */
export const nextTerm = (lines) => Math.min(...joined(lines).filter(({ member }) => member.until && !isPast(member)).map(({ member }) => Date.parse(member.until)));

const _JOINED = {
  F: (values) => pgettext("of a woman", "%(name)s, of the hospital, joined the thread", values),
  M: (values) => pgettext("of a man", "%(name)s, of the hospital, joined the thread", values),
  "": (values) => pgettext("of a person", "%(name)s, of the hospital, joined the thread", values),
};
const _LEFT = {
  F: (values) => pgettext("of a woman", "%(name)s, of the hospital, is no longer in the thread", values),
  M: (values) => pgettext("of a man", "%(name)s, of the hospital, is no longer in the thread", values),
  "": (values) => pgettext("of a person", "%(name)s, of the hospital, is no longer in the thread", values),
};
const byGender = (gender, forms, values) => (forms[gender ?? ""] ?? forms[""])(values);

function toldOfGlass({ kind, glass }, times, circle) {
  if (kind === "glass.reviewed") return ["shield", VERDICTS[glass.verdict]?.() ?? null];
  const name = placed(circle.nameOf(glass.member), glass.structure);
  const why = REASONS[glass.reason_code]?.();
  const access = _("Emergency access of %(name)s, until %(time)s", { name, time: times.moment(glass.until) });
  return ["alert", why ? _("%(access)s: %(why)s", { access, why }) : access];
}
