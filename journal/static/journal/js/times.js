/** Dates and times as people say them, in the time zone of the circle. */
import { _, language } from "../../portal/js/i18n.js";

const NBSP = "\u00a0";
const MINUTE = 60000;

export class Times {
  #days = new Map();

  constructor(zone) {
    const make = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    this.clock = make({ hour: "numeric", minute: "2-digit", hourCycle: "h23" });
    this.parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    this.long = make({ weekday: "long", day: "numeric", month: "long" });
    this.longYear = make({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
    this.weekday = make({ weekday: "long" });
    this.dayMonth = make({ day: "numeric", month: "long" });
    this.dayMonthYear = make({ day: "numeric", month: "long", year: "numeric" });
    this.short = make({ day: "numeric", month: "short" });
    this.shortYear = make({ day: "numeric", month: "short", year: "numeric" });
  }

  /** "9:05" */
  time(at) {
    const parts = Object.fromEntries(this.clock.formatToParts(new Date(at)).map((part) => [part.type, part.value]));
    return `${Number(parts.hour)}:${parts.minute}`;
  }

  /** "2026-11-24": which day of the circle this is. */
  day(at) {
    if (typeof at !== "string") return this.parts.format(new Date(at));
    // Asked for each post and its neighbour, and slow: kept by the minute.
    const minute = at.slice(0, 16);
    if (!this.#days.has(minute)) this.#days.set(minute, this.parts.format(new Date(at)));
    return this.#days.get(minute);
  }

  #daysAgo(at) {
    return Math.round((Date.parse(this.day(Date.now())) - Date.parse(this.day(at))) / 86400000);
  }

  #sameYear(at) {
    return this.day(at).slice(0, 4) === this.day(Date.now()).slice(0, 4);
  }

  /** "aujourd'hui, mardi 24 novembre" */
  dayName(at) {
    const date = (this.#sameYear(at) ? this.long : this.longYear).format(new Date(at));
    const ago = this.#daysAgo(at);
    if (ago === 0) return _("today, %(date)s", { date });
    return ago === 1 ? _("yesterday, %(date)s", { date }) : date;
  }

  /** As short as it stays clear: "9:05", "hier 18:10", "lundi 16:02", "3 mars 16:02". */
  brief(at) {
    const ago = this.#daysAgo(at);
    const time = this.time(at);
    if (ago <= 0) return time;
    if (ago === 1) return _("yesterday %(time)s", { time });
    const date = new Date(at);
    if (ago < 7) return `${this.weekday.format(date)} ${time}`;
    return `${(this.#sameYear(at) ? this.dayMonth : this.dayMonthYear).format(date)} ${time}`;
  }

  /** A moment near now, past or to come: "8:00", "demain 8:00", "lundi 8:00". */
  moment(at) {
    const days = -this.#daysAgo(at);
    if (days <= 0) return this.brief(at);
    if (days === 1) return _("tomorrow %(time)s", { time: this.time(at) });
    const day = days < 7 ? this.weekday : this.dayMonth;
    return `${day.format(new Date(at))} ${this.time(at)}`;
  }

  /** As `moment`, where a sentence says when something happens: "à 8:00", "demain à 8:00", "lundi à 8:00". */
  atMoment(at) {
    const days = -this.#daysAgo(at);
    const time = this.time(at);
    if (days === 0) return _("at %(time)s", { time });
    if (days < 0) return this.brief(at);
    if (days === 1) return _("tomorrow at %(time)s", { time });
    const day = days < 7 ? this.weekday : this.dayMonth;
    return _("%(day)s at %(time)s", { day: day.format(new Date(at)), time });
  }

  /** "17 novembre", with the year where it is another. */
  date(at) {
    return (this.#sameYear(at) ? this.dayMonth : this.dayMonthYear).format(new Date(at));
  }

  /** "lundi 23 novembre à 16:02", without the time where that says nothing. */
  full(at, { time = true } = {}) {
    const day = (this.#sameYear(at) ? this.long : this.longYear).format(new Date(at));
    return time ? _("%(day)s at %(time)s", { day, time: this.time(at) }) : day;
  }

  /** "24 nov.", with the year where it is another: under a photo. */
  shortDay(at) {
    return (this.#sameYear(at) ? this.short : this.shortYear).format(new Date(at));
  }

  /** "il y a 9 min" up to one hour, else "". */
  ago(at) {
    const minutes = Math.floor((Date.now() - Date.parse(at)) / MINUTE);
    if (minutes < 0 || minutes >= 60) return "";
    return minutes === 0 ? _("just now") : _("%(n)s min ago", { n: minutes }).replace(/(\d) /, `$1${NBSP}`);
  }
}

/** "24 min", "2 h 5 min", "3 j": how long something took. */
export function span(from, to) {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / MINUTE));
  if (minutes < 60) return `${minutes}${NBSP}min`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)}${NBSP}h${minutes % 60 ? ` ${minutes % 60}${NBSP}min` : ""}`;
  return _("%(n)s d", { n: Math.round(minutes / 1440) }).replace(" ", NBSP);
}

/** A date without a time, as it stands in papers: "09/03/1941", "9 March 1941". `date` is YYYY-MM-DD. */
export function paperDate(date) {
  const [year, month, day] = date.split("-");
  if (language.startsWith("fr")) return `${day}/${month}/${year}`;
  return spokenDate(date);
}

/** "9 mars 1941" */
export function spokenDate(date) {
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${date}T12:00:00Z`));
}

/** Whole years since `date`. */
export function age(date) {
  const [year, month, day] = date.split("-").map(Number);
  const now = new Date();
  const before = now.getMonth() + 1 < month || (now.getMonth() + 1 === month && now.getDate() < day);
  return now.getFullYear() - year - (before ? 1 : 0);
}
