/** What a screen reader is told of new posts: one sentence for what came in a second, never each post by itself. */
import { _, ngettext } from "../../portal/js/i18n.js";

const GATHER_MS = 1000;

export class Announcer {
  #names = [];
  #timer = null;

  constructor(node) {
    this.node = node;
  }

  posted(post) {
    this.#names.push(post.urgency === "urgent" ? _("%(name)s, urgent", { name: post.author.name }) : post.author.name);
    this.#timer ??= setTimeout(() => this.#say(), GATHER_MS);
  }

  say(sentence) {
    this.node.textContent = sentence;
  }

  #say() {
    this.#timer = null;
    const names = [...new Set(this.#names)].join(", ");
    const count = ngettext("%(n)s new message", "%(n)s new messages", this.#names.length);
    this.#names = [];
    this.say(_("%(count)s: %(names)s", { count, names }));
  }
}
