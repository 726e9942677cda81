/** What stands in the alert view: the post, what can be done, all that has happened, and the answers. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { alertActs, drawAlert } from "./draw-alert.js";
import { drawPost } from "./draw.js";
import { drawLadder, rowsOf } from "./ladder.js";
import { planOf } from "./reach-words.js";

/** The same nodes stand in the thread below: names that point at each other are this view's own. */
function named(node) {
  for (const one of node.querySelectorAll("[id]")) one.id += "-alert";
  for (const one of node.querySelectorAll("[aria-labelledby]")) one.setAttribute("aria-labelledby", one.getAttribute("aria-labelledby").replaceAll(/(\S+)/g, "$1-alert"));
  return node;
}

/** What has the focus, in words that find the same thing again when all is drawn anew. */
export function selectorOf(node) {
  const act = node.getAttribute("data-cercle-act");
  if (act) return `[data-cercle-act="${CSS.escape(act)}"]`;
  const href = node.getAttribute("href");
  if (href) return `${node.classList.contains("c-alert__call") ? ".c-alert__call" : "a"}[href="${CSS.escape(href)}"]`;
  return node.classList.contains("c-alert__back") ? ".c-alert__back" : "article";
}

/** The button that telephones its author; null where there is no number, or one would call oneself. */
function callAuthor({ author }, circle) {
  const member = circle.members.get(author.member);
  if (!member?.phone || member.id === circle.member) return null;
  const name = _("Call %(name)s", { name: circle.nameOf(member.id) });
  return h("a", { class: "c-button c-alert__call", href: `tel:${member.phone}`, "aria-label": name }, icon("phone"), h("span", { text: name }));
}

/** The nodes of `post`; `extra` {receipts, reach} is what only its own page tells, `close` leads back to the thread. */
export function nodesOf(post, { view, posts, circle }, extra, close) {
  const answers = posts.list.filter((one) => one.reply_to?.id === post.id && !one.retracted_at);
  const replies = answers.length > 0 && [h("h2", { class: "c-day" }, h("span", { text: _("replies") })), answers.map((one) => h("div", { class: "thread-item", data: { post: one.id } }, drawPost(one, view)))];
  const rows = rowsOf(post, view, { receipts: extra.receipts, plan: extra.reach && planOf(extra.reach, post, view.circle) });
  const back = h("button", { type: "button", class: "c-textlink c-alert__back", on: { click: close } }, icon("back", 20), _("Back to the thread"));
  const item = h(
    "div",
    { class: "thread-item c-alert__body", data: { post: post.id } },
    h("div", { class: "c-alert__post" }, h("h2", { class: "u-hidden", text: _("Urgent message") }), back, post.event ? drawPost(post, { ...view, alone: true }) : drawAlert(post, { ...view, alone: true })),
    h("div", { class: "c-alert__acts c-dock" }, alertActs(post, view), callAuthor(post, circle)),
    h("aside", { class: "c-alert__steps" }, h("h2", { text: _("What has happened") }), drawLadder(rows, view.times)),
  );
  return [named(item), ...(replies ? [named(h("div", { class: "c-alert__replies" }, replies))] : [])];
}
