/** The parts of which every post is made: who, when, for whom, read by whom. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { circleSign, icon, personMark } from "../../portal/js/signs.js";
import { titled, trade } from "../../portal/js/trades.js";
import { heardButton, isVoiceAlone } from "./heard.js";
import { marked } from "./highlight.js";
import { quotedWords } from "./media-excerpt.js";
import { standsIn } from "./circle.js";

const LATE_MS = 60000;

/** A button that the thread listens to: `act` says what it does. */
export function actButton(act, props, ...children) {
  return h("button", { type: "button", ...props, data: { act } }, ...children);
}

/** "Dr Hélène Castets": an author, own or not. */
export function writer(author) {
  return titled(author, author.role);
}

export function authorName(author, view) {
  return author.member === view.circle.member ? _("You") : writer(author);
}

/** "aide à domicile · ADMR de Dax" */
function authorRole({ author }) {
  const via = author.via?.name ?? author.via;
  return [trade(author, author.role), via].filter(Boolean).join(" · ");
}

export function head(post, view, { time = true } = {}) {
  const member = view.circle.members.get(post.author.member);
  const standing = post.kind === "hospital_event" ? "hospital" : member ? standsIn(member) : "care_team";
  const behalf = post.author.on_behalf_of;
  const own = authorName(post.author, view);
  const name = behalf ? _("%(name)s for %(other)s", { name: own, other: writer(behalf) }) : own;
  return h(
    "header",
    { class: "c-post__head" },
    personMark(post.author.name, standing),
    h("div", { class: "c-post__who" }, h("h3", { class: "c-post__name", id: `who-${post.id}`, text: name }), h("span", { class: "c-post__role", text: authorRole(post) })),
    time && timeOf(post, view),
  );
}

/** When it arrived; also when it was written, where that was earlier. */
export function timeOf(post, view, { ago = false } = {}) {
  const arrived = h("time", { datetime: post.received_at, text: ago ? view.times.brief(post.received_at) : view.times.time(post.received_at) });
  const late = Date.parse(post.received_at) - Date.parse(post.written_at) >= LATE_MS;
  const since = ago ? view.times.ago(post.received_at) : "";
  if (!late) return h("span", { class: "c-post__time" }, arrived, since && ` · ${since}`);
  const written = h("time", { datetime: post.written_at, text: view.times.brief(post.written_at) });
  return h("span", { class: "c-post__time thread-late" }, h("span", null, _("written"), " ", written), h("span", null, _("arrived"), " ", arrived));
}

/** Null where a post is all media. */
export function textOf(text, view) {
  if (!text) return null;
  return h("p", { class: "c-post__text" }, marked(text, view.query));
}

export function quote(post, view) {
  const answered = post.reply_to;
  if (!answered || (view.seeAs && !view.posts.byId.has(answered.id))) return null;
  const name = answered.author && authorName(answered.author, view);
  return h(
    "button",
    { type: "button", class: "c-quote", data: { act: "goto", post: answered.id } },
    h("span", { class: "u-hidden", text: _("In reply to") }),
    h("span", { class: "c-quote__name", text: name ?? "" }),
    h("span", { class: "c-quote__text", text: quotedWords(answered) }),
  );
}

function correctedWhen({ corrected_at: at, received_at: received }, { times }) {
  if (times.day(at) === times.day(received)) return _("Corrected at %(time)s.", { time: times.time(at) });
  return _("Corrected %(time)s.", { time: times.brief(at) });
}

export function corrected(post, view) {
  if (!post.corrected_at) return null;
  return h(
    "div",
    { class: "c-post__note" },
    icon("pen", 18),
    h("span", { text: correctedWhen(post, view) }),
    actButton("versions", { class: "c-textlink" }, _("See the old text")),
  );
}

export function audience(post, view, size = 20) {
  return h("span", { class: "c-audience" }, circleSign(post.audience, size), h("span", { text: view.circle.audienceName(post.audience) }));
}

export function foot(post, view) {
  const { readers, read } = view.circle.reading(post);
  // An alert says in its track how many have seen it.
  const counted = readers.length > 0 && (!post.alert || post.alert.state === "done");
  const said = _("read by %(read)s of %(all)s", { read: read.length, all: readers.length });
  return h(
    "footer",
    { class: "c-post__foot" },
    h("span", { class: "thread-footleft" }, audience(post, view), isVoiceAlone(post) ? heardButton(post.media[0]) : counted && actButton("receipts", { class: "c-post__read" }, "· ", h("span", { class: "thread-count", text: said }))),
    h(
      "span",
      { class: "c-post__acts" },
      view.circle.mayWrite() && !view.seeAs && actButton("reply", { class: "c-iconbutton", "aria-label": _("Reply to %(name)s", { name: writer(post.author) }) }, icon("reply", 20)),
      actButton("more", { class: "c-iconbutton", "aria-label": _("More about the message of %(name)s", { name: writer(post.author) }), "aria-haspopup": "dialog" }, icon("more", 20)),
    ),
  );
}
