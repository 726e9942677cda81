/** The ladder of an alert: what happened, what is now, what comes next and when, as a column of times, nodes and sentences. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { detailsOf, STEPS } from "./ladder-words.js";

const MINUTE = 60000;
const AGAIN_MIN = 5;

export const lastStep = (post, ...steps) => post.alert?.steps?.filter((one) => steps.includes(one.step)).at(-1);

/** What is planned next, where that is still to come: {at, what}, or null. */
export function plannedOf({ alert }) {
  const key = alert?.state === "unanswered" ? "until" : "next_at";
  const last = alert?.steps?.filter((one) => one[key]).at(-1);
  return last && Date.parse(last[key]) > Date.now() ? { at: last[key], what: last.step } : null;
}

/** "dans 6 min", or nothing where the time says it better. */
function inMinutes(at) {
  const minutes = Math.ceil((Date.parse(at) - Date.now()) / MINUTE);
  return minutes < 60 ? _("in %(n)s min", { n: Math.max(1, minutes) }) : "";
}

/** Who has seen it: at the time when the last of them did. */
function seen(post, view, receipts) {
  const { read } = view.circle.reading(post);
  if (!read.length) return [];
  const at = receipts?.map((one) => one.at).sort().at(-1);
  return [{ at, state: "past", title: ngettext("Seen by %(n)s", "Seen by %(n)s", read.length), details: [read.map((member) => view.circle.nameOf(member.id)).join(", ")] }];
}

function past(post, view, receipts) {
  const me = view.circle.member;
  const steps = (post.alert.steps ?? []).filter(({ step, members }) => STEPS[step] && !(step === "told" && !members?.length));
  const rows = steps.map((step) => ({ at: step.at, state: "past", failed: step.step === "unreached", title: STEPS[step.step](step, { ...view, me }), details: detailsOf(step, view) }));
  const all = [...rows, ...seen(post, view, receipts)];
  return all.sort((a, b) => Date.parse(a.at ?? Date.now()) - Date.parse(b.at ?? Date.now()));
}

function now(post, view) {
  const at = new Date().toISOString();
  const { state, owner } = post.alert;
  if (state === "open") return [{ at, state: "now", calm: post.urgency !== "urgent", title: _("Nobody has this") }];
  if (state === "unanswered") return [{ at, state: "now", title: _("Nobody has answered."), details: [_("The message stays open.")] }];
  if (state !== "taken") return [];
  const own = owner?.member === view.circle.member;
  return [{ at, state: "now", calm: true, title: own ? _("You have this") : _("%(name)s has this", { name: view.circle.called(owner) }) }];
}

/** `plan` (rungs still to come: [{at, title}]) where the server has told one. */
function next(post, plan) {
  const planned = plannedOf(post);
  const { state } = post.alert;
  if (state === "taken") return planned ? [{ at: planned.at, state: "next", title: _("Reminder"), details: [_("where it is not done by then")] }] : [];
  if (state === "unanswered") return planned ? [{ at: planned.at, state: "next", title: _("The alert begins anew"), details: [_("as soon as somebody is on duty")] }] : [];
  if (state !== "open" || post.urgency !== "urgent") return [];
  const otherwise = (at) => [_("if nobody by then"), inMinutes(at)].filter(Boolean).join(", ");
  const rungs = plan?.filter((rung) => Date.parse(rung.at) > Date.now()) ?? [];
  const known = rungs.length ? rungs : planned && planned.what !== "told_again" ? [{ at: planned.at, title: _("The alert goes on") }] : [];
  const rows = known.map(({ at, title }) => ({ at, state: "next", title, details: [otherwise(at)] }));
  const last = known.at(-1)?.at ?? null;
  const again = last ? new Date(Date.parse(last) + AGAIN_MIN * MINUTE).toISOString() : planned?.at;
  if (!again) return rows;
  return [...rows, { at: again, state: "next", title: _("Everything begins again"), details: [_("every %(n)s min until somebody has it", { n: AGAIN_MIN })] }];
}

/** The rows of a post's ladder: {at?, state: "past" | "now" | "next", title, details?, failed?, calm?}. */
export function rowsOf(post, view, { receipts = null, plan = null } = {}) {
  return [...past(post, view, receipts), ...now(post, view), ...next(post, plan)];
}

export function drawLadder(rows, times) {
  const node = (row) => h("span", { class: "c-ladder__node" }, row.state === "past" && icon(row.failed ? "alert" : "check", 18));
  const details = (row) => (row.details ?? []).map((one) => (one instanceof Node ? one : h("span", { class: "c-ladder__detail", text: one })));
  const line = (row) =>
    h(
      "li",
      { class: ["c-ladder__step", `is-${row.state}`, row.failed && "is-failed", row.calm && "is-calm"], "aria-current": row.state === "now" && "step" },
      row.at ? h("time", { class: "c-ladder__time", datetime: row.at, text: times.moment(row.at) }) : h("span", { class: "c-ladder__time" }),
      node(row),
      h("div", { class: "c-ladder__words" }, h("span", { class: "c-ladder__title", text: row.title }), details(row)),
    );
  return h("ol", { class: "c-ladder" }, rows.map(line));
}

/** One line: what comes next and when, if nobody takes it; "" where nothing is planned. */
export function nextWords(post, times) {
  const planned = plannedOf(post);
  if (!planned || post.urgency !== "urgent") return "";
  const time = times.atMoment(planned.at);
  if (post.alert.state === "unanswered") return _("It stays open, and is told again %(time)s.", { time });
  if (post.alert.state !== "open") return "";
  return planned.what === "told_again" ? _("Otherwise everybody is told again %(time)s.", { time }) : _("Otherwise others are told %(time)s.", { time });
}
