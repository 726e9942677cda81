/** How a member can be reached now, as sign and words, from `reach` of GET circles/{id}. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext, pgettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { standsIn } from "./circle.js";

const DAY = 86400000;
const WAITED_FOR = ["care_team", "wider_team"];
const daysTo = (at, times) => Math.round((Date.parse(times.day(at)) - Date.parse(times.day(Date.now()))) / DAY);

function off(until, times) {
  if (!until) return _("Off duty");
  const days = daysTo(until, times);
  const time = times.time(until);
  if (days >= 7) return _("Off duty until the %(day)s", { day: times.dayMonth.format(new Date(until)) });
  if (days === 1) return _("Off duty until tomorrow %(time)s", { time });
  return _("Off duty until %(when)s", { when: days <= 0 ? time : `${times.weekday.format(new Date(until))} ${time}` });
}

function replaced(who, gender) {
  if (gender === "F") return pgettext("of a woman", "Replaced by %(who)s", { who });
  return gender === "M" ? pgettext("of a man", "Replaced by %(who)s", { who }) : pgettext("of a person", "Replaced by %(who)s", { who });
}

function silent(since, times) {
  const days = since ? -daysTo(`${since}T12:00:00Z`, times) : 0;
  return days <= 0 ? _("Device silent since today") : ngettext("Device silent for %(n)s day", "Device silent for %(n)s days", days);
}

function absent(gender) {
  if (gender === "F") return pgettext("of a woman", "Not connected, to be called");
  return gender === "M" ? pgettext("of a man", "Not connected, to be called") : pgettext("of a person", "Not connected, to be called");
}

/** Of nobody is it said to themselves that they are not connected, nor of the patient and the family: they are not waited for. */
const unsaid = (member, circle) => member.state === "active" && (member.id === circle.member || !WAITED_FOR.includes(standsIn(member)));

/** The line of a member, or null where there is nothing to say. */
export function reachSign(member, circle, times) {
  const gender = member.person?.gender;
  const { state, until, by, since } = member.reach ?? {};
  const signs = {
    reachable: () => ["on", "reachable", _("Reachable")],
    off_duty: () => ["off", "moon", off(until, times)],
    replaced: () => ["off", "moon", replaced(circle.called(by), gender)],
    failing: () => ["mute", "alert", silent(since, times)],
    not_connected: () => (unsaid(member, circle) ? [] : ["absent", "absent", absent(gender)]),
  };
  const [form, sign, words] = signs[state]?.() ?? [];
  return words ? h("span", { class: `c-reach c-reach--${form}` }, icon(sign, 18), h("span", { text: words })) : null;
}
