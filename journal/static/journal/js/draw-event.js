/** An event of the hospital: sunken, because a machine wrote it; what happened, where, from when to when, and what is still missing. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon, personMark } from "../../portal/js/signs.js";
import { alertActs, next, nobody, tag, track } from "./draw-alert.js";
import { drawMedia } from "./draw-media.js";
import { entryOf, eventTitle, hasDocument, isForOthers, placeOf, sinceWhen } from "./event-words.js";
import { drawReading } from "./event-document.js";
import { drawSuggestions } from "./event-todos.js";
import { lastStep } from "./ladder.js";
import { corrected, foot, quote, textOf } from "./parts.js";
import { span } from "./times.js";

const LATE_MS = 60000;
// What says when it happened in another way: by its bar, or by a date of its own.
const BARRED = ["planned", "note", "document", "admitted", "emergency", "discharged"];

export function drawEvent(post, view) {
  const { event } = post;
  const state = post.alert?.state;
  const alive = state && state !== "done";
  const kinds = [event.cancelled_at && "is-cancelled", event.what === "died" && "is-grave", alive && `is-${state}`, view.fresh.has(post.id) && "is-new"];
  return h(
    "article",
    { class: ["c-post", "c-post--event", ...kinds], "aria-labelledby": `who-${post.id}`, tabindex: "-1" },
    alive && h("div", { class: "c-post__top" }, tag(post, post.urgency === "urgent" ? "urgent" : "todo", state)),
    eventHead(post, view),
    quote(post, view),
    event.what === "note" && textOf(post.text, view),
    !isForOthers(event) && h("div", { class: "c-event__facts" }, bar(event, view), facts(event, view).map((words) => h("p", { text: words }))),
    event.cancelled_at && cancelled(event, view),
    event.what === "document" && !event.cancelled_at && drawReading(post, view),
    drawMedia(post, view),
    !event.cancelled_at && corrected(post, view), // that it was taken back is said already
    alive && !view.alone && [track(post, view), state === "unanswered" && nobody(post, view), alertActs(post, view), next(post, view)],
    state === "done" && settled(post, view),
    event.what === "discharged" && drawSuggestions(post, view),
    foot(post, view),
  );
}

/** "H", what happened, "CH de Dax, Cardiologie · reçu à 16:12". */
function eventHead({ id, event, received_at: received }, view) {
  const place = placeOf(event);
  const known = event.known_at ?? received;
  return h(
    "header",
    { class: "c-post__head" },
    personMark("H", "hospital"),
    h(
      "div",
      { class: "c-post__who" },
      h("h3", { class: "c-post__name", id: `who-${id}` }, event.cancelled_at ? h("s", { text: eventTitle(event, view.times, view.posts) }) : eventTitle(event, view.times, view.posts)),
      h("span", { class: "c-post__role" }, [place || _("Hospital"), " · ", h("time", { datetime: known, text: _("received at %(time)s", { time: view.times.time(known) }) })]),
    ),
  );
}

/** From entry to exit: a full line where both are known, a dotted one to what is still to come. */
function bar(event, { times, posts }) {
  const stays = ["admitted", "emergency", "transferred", "left", "returned", "leaving", "discharged"];
  const from = stays.includes(event.what) && entryOf(event, posts);
  if (!from || event.cancelled_at) return null;
  const until = event.what === "discharged" ? event.at : null;
  return h(
    "dl",
    { class: ["c-staybar", !until && "is-open"] },
    h("div", null, h("dt", { text: _("Entry") }), h("dd", null, h("time", { datetime: from, text: moment(from, times) }))),
    h("div", { class: "c-staybar__end" }, h("dt", { text: _("Exit") }), h("dd", null, until ? h("time", { datetime: until, text: moment(until, times) }) : _("to come"))),
  );
}

/** "22 nov., 16:00" */
const moment = (at, times) => `${times.shortDay(at)}, ${times.time(at)}`;

/** Sentences: when it happened, where that is not when it was known; what is planned; what is still missing. */
function facts(event, { times, posts }) {
  const late = event.at && !event.cancelled_at && Math.abs(Date.parse(event.known_at) - Date.parse(event.at)) >= LATE_MS;
  const when = event.at && sinceWhen(event.at, times);
  return [
    event.what === "note" && event.authors?.length > 0 && _("Written by %(names)s.", { names: event.authors.map(({ name }) => name).join(", ") }),
    event.what === "planned" && _("Planned for %(when)s.", { when: times.full(event.planned_for ?? event.at) }),
    late && !BARRED.includes(event.what) && _("This happened %(when)s.", { when }),
    event.what === "cancelled" && _("What the hospital had announced did not take place."),
    event.historic && !event.cancelled_at && _("Told afterwards by the hospital: it alerted nobody."),
    event.what === "discharged" && !event.cancelled_at && !hasDocument(event, posts) && _("The discharge letter is still awaited."),
  ].filter(Boolean);
}

function cancelled(event, { times }) {
  const time = times.brief(event.cancelled_at);
  const stay = () => _("Cancelled by the hospital, %(time)s. This did not take place.", { time });
  const paper = () => (event.replaced ? _("Replaced by the hospital, %(time)s: a newer one stands in the thread.", { time }) : _("Withdrawn by the hospital, %(time)s.", { time }));
  return h("p", { class: "c-post__note" }, icon("retracted", 18), h("span", { text: event.what === "document" ? paper() : stay() }));
}

/** Who took care of it, and how long that took. */
function settled(post, view) {
  const done = lastStep(post, "done");
  if (!done) return null;
  const who = view.circle.called(post.alert.owner ?? done.member);
  const words = _("Settled in %(span)s", { span: span(post.received_at, done.at) });
  return h("p", { class: "c-post__note c-event__settled" }, icon("check", 18), h("span", { text: [words, [who, view.times.brief(done.at)].filter(Boolean).join(", ")].filter(Boolean).join(" · ") }));
}
