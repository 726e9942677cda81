/** What a hospital's event says, in the reader's words: what happened, where, since when. The keys are those of docs/protocol.md. */
import { _, pgettext } from "../../portal/js/i18n.js";

const WHAT = {
  planned: () => _("Hospital stay planned"),
  admitted: () => _("Admitted to hospital"),
  emergency: () => _("Arrived at the emergency room"),
  registered: () => _("Visit at the hospital"),
  transferred: () => _("Moved to another unit"),
  left: () => _("On leave from the hospital"),
  returned: () => _("Back in hospital after a leave"),
  leaving: () => _("About to leave the hospital"),
  discharged: () => _("Left the hospital"),
  died: () => _("Death at the hospital"),
  document: () => _("Document of the hospital"),
  note: () => _("Note of the hospital"),
};
/** Kinds of notes of the cahier de liaison (JDV_J23), and what is said of one that was put down elsewhere. */
const NOTES = {
  "DEM-AVIS": () => _("The hospital asks for an opinion"),
  INST: () => _("Instruction of the hospital"),
  DOC: () => _("The hospital has put down a document"),
};
/** What the card of those tells who are not of the care team: no unit, no reason. */
const SINCE = {
  in_hospital: (date) => _("In hospital since %(date)s", { date }),
  home: (date) => _("At home since %(date)s", { date }),
  left: (date) => _("Left the hospital %(date)s", { date }),
};
const ENTRIES = ["admitted", "emergency"];
const DAY = 86400000;
const NEAR_DAYS = 6;

/** Whether this is the card of those who are not of the care team. */
export const isForOthers = (event) => !("stay" in event);

/** "Entrée à l'hôpital": what happened; `posts` are those that the page knows, for what a cancel takes back. */
export function eventTitle(event, times, posts) {
  if (event.what === "cancelled") {
    const first = posts.byId.get(event.cancels)?.event;
    return first ? _("Cancelled by the hospital: %(what)s", { what: lowered(eventTitle(first, times, posts)) }) : _("Cancelled by the hospital");
  }
  if (isForOthers(event)) return SINCE[event.what]?.(sinceWhen(event.since, times)) ?? _("News of the hospital");
  if (event.what === "discharged" && event.home) return _("Back home");
  if (event.what === "document") return event.document?.title || WHAT.document();
  if (event.what === "note" && NOTES[event.type]) return NOTES[event.type]();
  return WHAT[event.what]?.() ?? _("News of the hospital");
}

const lowered = (words) => words.charAt(0).toLocaleLowerCase() + words.slice(1);

/** "hier à 16:02", "lundi à 16:02", "le 3 mars à 16:02": when a state began, as it stands after "depuis". */
export function sinceWhen(at, times) {
  const days = Math.round((Date.parse(times.day(Date.now())) - Date.parse(times.day(at))) / DAY);
  const time = times.time(at);
  if (days === 0) return _("%(time)s today", { time });
  if (days === 1) return _("yesterday at %(time)s", { time });
  if (days > 0 && days <= NEAR_DAYS) return _("%(day)s at %(time)s", { day: times.weekday.format(new Date(at)), time });
  return pgettext("a date", "%(day)s at %(time)s", { day: times.date(at), time });
}

/** "CH de Dax, Cardiologie" */
export const placeOf = ({ hospital, unit }) => [hospital, unit?.name].filter(Boolean).join(", ");

/** When the stay of `event` began, from the card itself or the cards that the page knows; null where nothing says so. */
export function entryOf(event, posts) {
  if (event.admitted_at) return event.admitted_at;
  if (ENTRIES.includes(event.what)) return event.at;
  const entries = posts.list.map((post) => post.event).filter((one) => one && one.stay === event.stay && ENTRIES.includes(one.what) && !one.cancelled_at);
  return entries.map((one) => one.at).sort()[0] ?? null;
}

/** Whether a document of the stay of `event` is here. */
export function hasDocument(event, posts) {
  return posts.list.some(({ event: one, retracted_at: gone }) => one?.what === "document" && one.stay === event.stay && !one.cancelled_at && !gone);
}
