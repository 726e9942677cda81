/** What a screen reader is told of new posts: one sentence for what came in a second, never each post by itself. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { writer } from "./parts.js";

const GATHER_MS = 1000;

export class Announcer {
  #names = [];
  #timer = null;

  /** `node` is spoken only, `shown` is seen as well. */
  constructor(node, shown) {
    this.node = node;
    this.shown = shown;
  }

  posted(post) {
    this.#names.push(post.urgency === "urgent" ? _("%(name)s, urgent", { name: writer(post.author) }) : writer(post.author));
    this.#timer ??= setTimeout(() => this.#say(), GATHER_MS);
  }

  /** Say a sentence; what went `wrong` must not vanish unread and stands until the reader closes it. */
  say(sentence, wrong = false) {
    if (!wrong) this.node.textContent = sentence;
    this.shown.hidden = !wrong;
    if (!wrong) return;
    const close = h("button", { type: "button", class: "c-textlink", text: _("Close"), on: { click: () => (this.shown.hidden = true) } });
    this.shown.replaceChildren(h("p", { class: "c-note c-note--wrong" }, h("span", { text: sentence }), close));
  }

  #say() {
    this.#timer = null;
    const names = [...new Set(this.#names)].join(", ");
    const count = ngettext("%(n)s new message", "%(n)s new messages", this.#names.length);
    this.#names = [];
    this.say(_("%(count)s: %(names)s", { count, names }));
  }
}
