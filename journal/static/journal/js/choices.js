/** What stands around the field as chosen: who reads, how urgent, in answer to what. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { circleSign, icon } from "../../portal/js/signs.js";
import { kindsInWords } from "./media-excerpt.js";
import { writer } from "./parts.js";

export function drawAudience(button, circle, audience) {
  const readers = circle.readers(audience, circle.member).length;
  button.replaceChildren(
    circleSign(audience, 22),
    h("b", { text: circle.audienceName(audience) }),
    h("span", { class: "c-choice__more u-only-wide", text: ngettext("%(n)s reader", "%(n)s readers", readers) }),
    icon("down", 20),
  );
}

export function drawUrgency(button, urgency) {
  const words = { info: _("Information"), todo: _("To do"), urgent: _("Urgent") };
  const sign = { todo: icon("todo", 20), urgent: icon("urgent", 20) }[urgency];
  button.className = `c-choice c-choice--urgency is-${urgency}`;
  button.replaceChildren(...[sign, h("span", { text: words[urgency] }), icon("down", 20)].filter(Boolean));
}

/** The post that is being answered; `close` takes the answer back. */
export function drawQuote(root, post, close) {
  root.hidden = !post;
  if (!post) return;
  const button = h("button", { type: "button", class: "c-iconbutton", "aria-label": _("Do not answer this message"), on: { click: close } }, icon("close"));
  root.replaceChildren(h("div", { class: "c-quote" }, h("span", { class: "c-quote__name", text: writer(post.author) }), h("span", { class: "c-quote__text", text: post.text || kindsInWords(post.media?.map(({ kind }) => kind)) })), button);
}

/** Browsers without field-sizing grow the field here. */
export function fit(text) {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 3}px`;
}
