/** The circle as this reader may know it: who is in it, who reads what, and what the reader may do. */
import { _, ngettext } from "../../portal/js/i18n.js";
import { titled } from "../../portal/js/trades.js";

const CARE = ["gp", "specialist", "nurse", "pharmacist", "physiotherapist", "other_health", "coordinator", "hospital_staff"];
const WIDER = ["social_worker", "home_help", "secretary"];
const READS = {
  care_team: ["care_team", "wider_team", "patient", "relatives", "circle"],
  wider_team: ["wider_team", "circle"],
  patient: ["patient", "circle"],
  relatives: ["relatives", "circle"],
};
/** From the narrowest to the widest, as the chooser shows them. */
export const AUDIENCES = ["care_team", "wider_team", "relatives", "patient", "circle"];

export function standingOf(role) {
  if (CARE.includes(role)) return "care_team";
  if (WIDER.includes(role)) return "wider_team";
  return role === "patient" ? "patient" : "relatives";
}

/** Where a member stands: nearly always where the role does, but a coordinator may stand in the wider team. */
export function standsIn(member) {
  return member.standing ?? standingOf(member.role);
}

/** The standings that read posts for `audience`. */
export function standingsOf(audience) {
  return Object.keys(READS).filter((standing) => READS[standing].includes(audience));
}

/** Whether a reply for `audience` stays among those who read the answered post. */
export function fits(audience, answered) {
  const readers = standingsOf(answered);
  return standingsOf(audience).every((standing) => readers.includes(standing));
}

/** Whether the reader is here by force of an emergency alone: writes for the care team, and takes nothing over. */
const underGlass = ({ raw }) => Date.parse(raw.me?.glass_until) > Date.now();

export class Circle {
  constructor(answer, me) {
    this.me = me;
    this.update(answer);
  }

  update(answer) {
    this.raw = answer;
    this.id = answer.id;
    this.patient = answer.patient;
    this.state = answer.state;
    this.contacts = answer.contacts ?? [];
    this.zone = answer.timezone || "Europe/Paris";
    this.members = new Map(answer.members.map((member) => [member.id, member]));
    const own = answer.members.find((member) => member.person?.id === this.me && member.state === "active");
    this.member = answer.me?.member ?? own?.id ?? null;
    this.role = answer.me?.role ?? own?.role ?? "relative";
    this.standing = answer.me?.standing ?? standingOf(this.role);
    this.desk = answer.emergency?.desk ?? null;
  }

  /** One member, new or changed. */
  put(member) {
    this.members.set(member.id, { ...this.members.get(member.id), ...member });
  }

  /** One who is not connected: new, changed, or kept no longer. */
  putContact(contact) {
    const others = this.contacts.filter((one) => one.id !== contact.id);
    this.contacts = contact.state === "removed" ? others : [...others, contact];
  }

  mine() {
    return this.members.get(this.member);
  }

  nameOf(memberId) {
    const member = this.members.get(memberId);
    return member ? nameOf(member) : _("someone who has left");
  }

  /** The owner, actor or reader whom an answer names as {member, name}, as people are called here. */
  called(one) {
    const member = one && this.members.get(one.member);
    return member ? nameOf(member) : (one?.name ?? "");
  }

  /** The audiences for which this reader writes, narrowest first. */
  audiences() {
    return underGlass(this) ? ["care_team"] : AUDIENCES.filter((audience) => READS[this.standing].includes(audience));
  }

  /** Active people who read `audience`; `except` one member. Structures and the invited do not read. */
  readers(audience, except = null) {
    const standings = standingsOf(audience);
    return [...this.members.values()].filter(
      (member) => member.state === "active" && member.person && member.id !== except && standings.includes(standsIn(member)),
    );
  }

  /** Readers of `post` besides its author, and those whose mark has passed it. */
  reading(post) {
    const readers = this.readers(post.audience, post.author.member);
    return { readers, read: readers.filter((member) => (member.read ?? 0) >= post.seq) };
  }

  mayWrite() {
    return this.state === "active" || (this.state === "frozen" && this.role === "coordinator");
  }

  mayTake() {
    return this.mayWrite() && !underGlass(this) && this.canTake(this);
  }

  /** Whether somebody with this role takes, hands back and completes. */
  canTake({ role }) {
    return standingOf(role) === "care_team" || role === "social_worker" || role === "home_help";
  }

  /** Patient and relatives are told that this is no emergency service. */
  layPerson() {
    return this.standing === "patient" || this.standing === "relatives";
  }

  /** "Mme Durand": the patient in a sentence. */
  patientName() {
    const { family_name: name, sex } = this.patient;
    const family = capitalised(name);
    if (sex === "F") return _("Mrs %(name)s", { name: family });
    return sex === "M" ? _("Mr %(name)s", { name: family }) : family;
  }

  audienceName(audience) {
    if (audience === "patient") return _("Care + %(patient)s", { patient: this.patientName() });
    return { care_team: _("Care team"), wider_team: _("Wider team"), relatives: _("Care + family"), circle: _("Whole circle") }[audience];
  }

  audienceReaders(audience) {
    return ngettext("%(n)s reader", "%(n)s readers", this.readers(audience, this.member).length);
  }
}

export function nameOf(member) {
  return member.person ? titled(member.person, member.role) : (member.structure?.name ?? "");
}

/** "DURAND" in lists is "Durand" in a sentence; "LE GOFF" and "DURAND-MOREAU" keep their parts. */
export function capitalised(name) {
  return name.toLocaleLowerCase().replace(/(^|[\s'’-])(\p{L})/gu, (whole, before, letter) => before + letter.toLocaleUpperCase());
}
