/** The one renderer: a post of the contract → the node that stands in the thread, on the first screen as live. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { drawAlert, drawSettled } from "./draw-alert.js";
import { drawEvent } from "./draw-event.js";
import { drawMedia } from "./draw-media.js";
import { corrected, foot, head, quote, textOf, writer } from "./parts.js";

/**
 * `view`: {circle, times, posts, query, seeAs, newFrom (id of the first new post), newSince, fresh (Set of ids to fade in),
 * offered (Set of ids that this page has offered to take)}. `previous` is the post above, which decides on the day line.
 */
export function drawItem(post, previous, view) {
  const day = view.times.day(post.received_at);
  const item = h("div", { class: "thread-item", data: { post: post.id } });
  if (!previous || view.times.day(previous.received_at) !== day) {
    item.append(h("h2", { class: "c-day", id: `day-${day}` }, h("span", { text: view.times.dayName(post.received_at) })));
  }
  item.append(...(view.life?.between(previous, post) ?? []).filter(Boolean));
  if (view.newFrom === post.id) item.append(h("h2", { class: "c-newline" }, h("span", { text: view.newSince ? _("New since %(time)s", { time: view.newSince }) : _("New") })));
  item.append(drawPost(post, view));
  return item;
}

export function drawPost(post, view) {
  const node = drawn(post, view);
  node.append(...(view.made?.under(post, view) ?? []));
  return node;
}

function drawn(post, view) {
  if (post.retracted_at) return retracted(post, view);
  if (post.event) return drawEvent(post, view);
  if (post.alert?.state === "done") return drawSettled(post, view);
  if (post.alert) return drawAlert(post, view);
  return h(
    "article",
    {
      class: ["c-post", post.author.member === view.circle.member && "is-own", view.fresh.has(post.id) && "is-new"],
      "aria-labelledby": `who-${post.id}`,
      tabindex: "-1",
    },
    head(post, view),
    quote(post, view),
    textOf(post.text, view),
    drawMedia(post, view),
    corrected(post, view),
    foot(post, view),
  );
}

function retracted(post, view) {
  const { by, reason_code: code, read_by: readBy } = post.retraction ?? {};
  const reason = code === "wrong_thread" ? _("written in the wrong thread") : post.retraction?.reason;
  const name = by ? view.circle.called(by) : writer(post.author);
  const who = (by?.member ?? post.author.member) === view.circle.member
    ? _("You withdrew this message, %(time)s.", { time: view.times.brief(post.retracted_at) })
    : _("Message withdrawn by %(name)s, %(time)s.", { name, time: view.times.brief(post.retracted_at) });
  const mine = post.author.member === view.circle.member || view.circle.role === "coordinator";
  const read = typeof readBy === "number" ? readCount(readBy) : "";
  return h(
    "article",
    { class: "c-retracted", tabindex: "-1", "aria-labelledby": `who-${post.id}` },
    icon("retracted", 20),
    h("div", null, h("h3", { class: "thread-plain", id: `who-${post.id}`, text: who }), h("p", null, reason && `${_("Reason: %(reason)s", { reason }).replace(/\.$/, "")}. `, read), mine && seen()),
  );
}

const seen = () => h("button", { type: "button", class: "c-textlink", data: { act: "seen" } }, _("Who had seen it"));

function readCount(n) {
  return n === 0 ? _("Nobody had read it.") : ngettext("%(n)s person had read it.", "%(n)s people had read it.", n);
}
