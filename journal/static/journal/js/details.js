/** Sheets that show what lies behind a post: who read it and when, its old texts, what happened to an alert. */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { personMark } from "../../portal/js/signs.js";
import { nameOf, standsIn } from "./circle.js";
import { drawLadder, rowsOf } from "./ladder.js";
import { openSheet } from "../../portal/js/sheet.js";

/** A sheet whose content is on its way. */
export async function filling(title, load) {
  const part = h("div", { class: "c-sheet__part", "aria-busy": "true" }, h("div", { class: "c-loading", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
  openSheet(title, part);
  try {
    part.replaceChildren(...(await load()).filter(Boolean));
  } catch (error) {
    part.replaceChildren(h("p", { text: error.detail || _("No line. Try again when it is back.") }));
  }
  part.removeAttribute("aria-busy");
}

/** A row of a list of people. */
export function person(member, detail) {
  return h("li", { class: "thread-person" }, personMark(nameOf(member), standsIn(member)), h("div", null, h("span", { class: "c-post__name", text: nameOf(member) }), h("span", { class: "u-soft", text: detail })));
}

/** Who has read it, when; and who has not. */
export function showReceipts(post, { circle, times }) {
  return filling(_("Who has read it"), async () => {
    const { receipts } = await get(`posts/${post.id}`);
    const when = new Map(receipts.map((receipt) => [receipt.member, receipt.at]));
    const readers = circle.readers(post.audience, post.author.member);
    const read = readers.filter((member) => when.has(member.id)).sort((a, b) => (when.get(a.id) < when.get(b.id) ? -1 : 1));
    const rest = readers.filter((member) => !when.has(member.id));
    const list = (members, detail) => members.length > 0 && h("ul", { class: "thread-people-list" }, members.map((member) => person(member, detail(member))));
    return [
      list(read, (member) => times.brief(when.get(member.id))),
      rest.length > 0 && h("h3", { text: _("Not read yet") }),
      list(rest, () => ""),
      !readers.length && h("p", { text: _("Nobody else reads this.") }),
    ];
  });
}

/** Every version of a corrected post, the newest last. */
export function showVersions(post, { times }) {
  return filling(_("Old text"), async () => {
    const { versions } = await get(`posts/${post.id}`);
    return versions.map((version, index) =>
      h(
        "div",
        { class: "c-old" },
        h("h3", { class: "thread-plain thread-strong", text: index === versions.length - 1 ? _("Present text, %(time)s", { time: times.brief(version.at) }) : times.brief(version.at) }),
        version.reason && h("p", { class: "u-soft", text: _("Reason: %(reason)s", { reason: version.reason }) }),
        h("p", { class: "c-post__text", text: version.text }),
      ),
    );
  });
}

/** What happened to an urgent or to-do post, in order. */
export function showSteps(post, view) {
  return filling(_("What has happened"), async () => {
    const now = await get(`posts/${post.id}`);
    const read = now.receipts?.length ?? 0;
    const rows = rowsOf(now, view, { receipts: now.receipts });
    return [drawLadder(rows, view.times), h("p", { class: "u-soft", text: _("read by %(read)s of %(all)s", { read, all: view.circle.readers(now.audience, now.author.member).length }) })];
  });
}
