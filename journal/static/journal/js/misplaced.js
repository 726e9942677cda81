/** "Written in the wrong thread": one tap withdraws it; then who had seen it, to tell them, on screen, as text, on paper. */
import { get, post as send } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { filling, person } from "./details.js";
import { nameOf } from "./circle.js";

/** Withdraw a post of one's own and show who had seen it. `thread`: as the acts have it. */
export async function withdrawMisplaced(post, thread) {
  try {
    thread.take(await send(`posts/${post.id}/retraction`, { reason_code: "wrong_thread" }));
  } catch (error) {
    thread.say(error.detail || _("No line. Nothing was changed. Try again when it is back."), true);
    return;
  }
  await showSeen(post, thread.view, () => thread.say(_("List copied.")));
}

/** Who had seen a post before it was withdrawn, and when. `copied`: called once the list is in the clipboard. */
export function showSeen(post, { circle, times }, copied = () => {}) {
  return filling(_("Who had seen it"), async () => {
    const { receipts } = await get(`posts/${post.id}`);
    const seen = receipts.filter(({ member }) => member !== post.author.member && circle.members.has(member));
    const members = seen.map(({ member, at }) => [circle.members.get(member), times.brief(at)]);
    if (!members.length) return [h("p", { text: _("Withdrawn. Nobody had seen it.") }), told()];
    return [
      h("p", { text: ngettext("Withdrawn. %(n)s person had seen it: tell them.", "Withdrawn. %(n)s people had seen it: tell them.", members.length) }),
      h("ul", { class: "thread-people-list", data: { seen: "" } }, members.map(([member, at]) => person(member, at))),
      told(),
      h("div", { class: "c-buttons" }, tool("copy", _("Copy the list"), () => copy(members, copied)), tool("print", _("Print"), () => print())),
    ];
  });
}

const told = () => h("p", { class: "u-soft", text: _("Your coordinators see that this happened, and the trail keeps it.") });

function tool(sign, label, run) {
  return h("button", { type: "button", class: "c-button", on: { click: run } }, icon(sign, 20), label);
}

async function copy(members, copied) {
  await navigator.clipboard.writeText(members.map(([member, at]) => `${nameOf(member)}, ${at}`).join("\n"));
  copied();
}
