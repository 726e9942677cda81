/** Urgent and to-do posts: boxed, with the track Seen → Taken → Done, one main act, and what was expected of whom. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { drawMedia } from "./draw-media.js";
import { lastStep, nextWords } from "./ladder.js";
import { actButton, corrected, foot, head, quote, textOf, timeOf } from "./parts.js";
import { isRole, ofRole } from "./roles.js";
import { span } from "./times.js";

const BRIEF = 90;

/** What was written, and the expectation, which stands in the last line of a post that is addressed to somebody. */
export function parted(post) {
  const cut = post.to?.length ? post.text.lastIndexOf("\n") : -1;
  return cut < 0 ? { text: post.text, expected: "" } : { text: post.text.slice(0, cut).trimEnd(), expected: post.text.slice(cut + 1) };
}

/** "de l'infirmière ou du médecin": of whom: roles and people. */
export function expectedOf(to, circle) {
  const names = to.map((one) => (isRole(one) ? ofRole(one, circle) : _("of %(name)s", { name: circle.nameOf(one) })));
  return names.length < 2 ? names.join("") : _("%(some)s or %(last)s", { some: names.slice(0, -1).join(", "), last: names.at(-1) });
}

export function drawAlert(post, view) {
  const { state } = post.alert;
  const kind = post.urgency === "urgent" ? "urgent" : "todo";
  const { text, expected } = parted(post);
  return h(
    "article",
    { class: ["c-post", `c-post--${kind}`, `is-${state}`, view.fresh.has(post.id) && "is-new"], "aria-labelledby": `tag-${post.id} who-${post.id}`, tabindex: "-1" },
    h("div", { class: "c-post__top" }, tag(post, kind, state), timeOf(post, view, { ago: true })),
    head(post, view, { time: false }),
    quote(post, view),
    textOf(text, view),
    drawMedia(post, view),
    post.to?.length > 0 &&
      h("div", { class: "c-expected" }, h("span", { class: "c-expected__of", text: _("Expected %(who)s", { who: expectedOf(post.to, view.circle) }) }), expected && h("span", { class: "c-expected__what", text: expected })),
    corrected(post, view),
    !view.alone && track(post, view),
    state === "unanswered" && nobody(post, view),
    !view.alone && alertActs(post, view),
    !view.alone && kind === "urgent" && next(post, view),
    foot(post, view),
  );
}

export function tag(post, kind, state) {
  const id = `tag-${post.id}`;
  if (kind === "todo") return h("span", { class: "c-tag c-tag--todo", id }, icon("todo", 20), state === "taken" ? _("To do · somebody has it") : _("To do"));
  if (state === "taken") return h("span", { class: "c-tag c-tag--outline", id }, icon("urgent-taken", 20), _("Urgent · somebody has it"));
  return h("span", { class: "c-tag c-tag--urgent", id }, icon("urgent", 20), state === "unanswered" ? _("Urgent, unanswered") : _("Urgent"));
}

export function track(post, view) {
  const seen = view.circle.reading(post).read.length;
  const taken = post.alert.state === "taken";
  const when = lastStep(post, "taken")?.at;
  return h(
    "ol",
    { class: "c-track" },
    step(seen ? "past" : "now", _("Seen"), seen ? _("by %(n)s", { n: seen }) : _("by nobody yet"), "thread-seen"),
    taken
      ? step("past", ownerName(post, view), when ? hasThis(post, view, view.times.brief(when)) : "")
      : step(seen ? "now" : "next", _("Taken"), _("by nobody")),
    step("next", _("Done"), ""),
  );
}

function step(state, label, detail, extra) {
  const node = h("span", { class: "c-track__node" }, state === "past" && icon("check", 18));
  return h("li", { class: ["c-track__step", `is-${state}`, extra], "aria-current": state === "now" && "step" }, node, h("span", { class: "c-track__label", text: label }), detail && h("span", { class: "c-track__detail", text: detail }));
}

function ownerName(post, view) {
  const { owner } = post.alert;
  return owner?.member === view.circle.member ? _("You") : view.circle.called(owner);
}

function hasThis(post, view, time) {
  return post.alert.owner?.member === view.circle.member ? _("have this, %(time)s", { time }) : _("has this, %(time)s", { time });
}

/** Until when nobody is on duty, and whom to telephone meanwhile. */
export function nobody(post, view) {
  const until = lastStep(post, "unanswered")?.until;
  const words = Date.parse(until) > Date.now() ? _("Nobody is on duty before %(time)s.", { time: view.times.moment(until) }) : _("Nobody has answered.");
  return h("div", { class: "c-nobody" }, h("p", null, icon("moon", 20), h("span", null, h("strong", { text: words }), " ", _("Telephone."))), calls(view.circle));
}

/** What comes next and when, and the way to all that happened. */
export function next(post, view) {
  const words = nextWords(post, view.times);
  return h("div", { class: "c-post__next" }, words && h("p", { text: words }), actButton("steps", { class: "c-textlink" }, icon("history", 20), _("See each step")));
}

export function call(number, name, wide = false) {
  return h("a", { class: ["c-call", wide && "c-call--wide"], href: `tel:${number.replaceAll(/\s/g, "")}` }, icon("phone", 20), h("span", null, h("b", { text: number }), h("span", { text: name })));
}

export function calls(circle, samu = _("Samu")) {
  return h("div", { class: "c-calls" }, call("15", samu), call("116 117", _("doctor on duty")), circle.desk && call(circle.desk, _("Duty desk"), true));
}

/** What this reader can do with it now, or who was first. */
export function alertActs(post, view) {
  if (view.seeAs) return null;
  const { state, owner } = post.alert;
  const busy = view.busy.has(post.id);
  if (state !== "taken") {
    if (!view.circle.mayTake()) return null;
    view.offered.add(post.id);
    return h("div", { class: "c-post__act" }, actButton("take", { class: "c-button c-button--main", "aria-busy": busy && "true" }, busy ? _("I have this…") : _("I have this")));
  }
  if (owner?.member === view.circle.member && view.circle.mayWrite()) {
    return h(
      "div",
      { class: "c-post__act" },
      actButton("complete", { class: "c-button c-button--main", "aria-busy": busy && "true" }, busy ? _("Done…") : _("It is done")),
      actButton("handback", { class: "c-button" }, _("Hand back")),
    );
  }
  if (!view.offered.has(post.id)) return null;
  return h("div", { class: "c-post__act" }, h("p", { class: "c-impossible", text: _("%(name)s has this", { name: view.circle.called(owner) }) }));
}

/** Done: one quiet line that unfolds. */
export function drawSettled(post, view) {
  const done = lastStep(post, "done");
  const took = done ? span(post.received_at, done.at) : "";
  const title = post.urgency === "urgent" ? _("Urgent, settled in %(span)s", { span: took }) : _("To do, settled in %(span)s", { span: took });
  const who = done && [view.circle.called(post.alert.owner ?? done.member), view.times.brief(done.at)].filter(Boolean).join(", ");
  const { text, expected } = parted(post);
  const brief = text.length > BRIEF ? `${text.slice(0, BRIEF).trimEnd()}…` : text;
  return h(
    "details",
    { class: "c-settled" },
    h("summary", null, icon("check", 20), h("span", null, h("span", { class: "c-settled__title", text: title }), h("span", { class: "c-settled__text", text: [brief, who].filter(Boolean).join(" ") })), icon("down", 20)),
    h("article", { class: "c-post", tabindex: "-1", "aria-labelledby": `who-${post.id}` }, head(post, view), quote(post, view), textOf(expected ? `${text}\n${expected}` : text, view), drawMedia(post, view), corrected(post, view), foot(post, view)),
  );
}

