/** Single nodes of the alert view: their names, what finds them again, and whom to call. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";

/** The same nodes stand in the thread below: names that point at each other are this view's own. */
export function named(node) {
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
export function callAuthor({ author }, circle) {
  const member = circle.members.get(author.member);
  if (!member?.phone || member.id === circle.member) return null;
  const name = _("Call %(name)s", { name: circle.nameOf(member.id) });
  return h("a", { class: "c-button c-alert__call", href: `tel:${member.phone}`, "aria-label": name }, icon("phone"), h("span", { text: name }));
}
