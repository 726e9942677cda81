/** What is in sight and what is not: read marks, urgent posts further up or down, new posts below, counts of readers. */
import { put } from "../../portal/js/api.js";
import { h, hook } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { ReadMarks } from "./read-marks.js";
import { noteVisit } from "./visit.js";

const TELL_MS = 1000;
const MINUTE_MS = 60000;

export class Sight {
  #below = [];
  #looking = 0;
  #counting = 0;
  #telling = null;

  constructor(thread, pane) {
    Object.assign(this, { thread, pane, button: hook("below", thread.main) });
    this.marks = new ReadMarks(pane.scroller, thread.circle.mine()?.read ?? 0, () => this.#tell());
    pane.scroller.addEventListener("scroll", () => this.look(), { passive: true });
    this.button.addEventListener("click", () => this.#goBelow());
    setInterval(() => this.#minute(), MINUTE_MS);
  }

  /** Nodes that were just drawn: those that are new to the reader are watched until they have stood. */
  drawn(nodes) {
    const { posts, circle, view } = this.thread;
    if (view.seeAs) return;
    for (const node of nodes) {
      const post = posts.byId.get(node.getAttribute("data-cercle-post"));
      if (post && post.author.member !== circle.member) this.marks.observe(node.lastElementChild, post.seq);
    }
    this.look();
  }

  /** Tell the server where the mark stands, at most once a second. */
  #tell() {
    this.#telling ??= setTimeout(() => {
      this.#telling = null;
      const { feed, id_, me } = this.thread;
      noteVisit(me, id_); // a page that is closed at once has no time to write it down
      const seq = this.marks.mark;
      feed.read(seq).catch(() => put(`circles/${id_}/read`, { seq }).catch(() => {})).then(() => this.thread.changed());
    }, TELL_MS);
  }

  look() {
    this.#looking ||= requestAnimationFrame(() => {
      this.#looking = 0;
      this.#strip();
      if (this.pane.footing.atBottom()) this.#below = [];
      this.#drawBelow();
    });
  }

  #strip() {
    const { thread, pane } = this;
    const box = pane.scroller.getBoundingClientRect();
    const hidden = [...thread.posts.alerts.values()].filter((post) => {
      const node = pane.nodeOf(post.id);
      if (!node) return true;
      const { top, bottom } = node.getBoundingClientRect();
      return bottom < box.top + 24 || top > box.bottom - 24;
    });
    thread.banner.strip(hidden.sort((a, b) => a.seq - b.seq), (post) => thread.travel.goTo(post.id, post.seq));
  }

  below(post) {
    this.#below.push(post);
    this.look();
  }

  #drawBelow() {
    const n = this.#below.length;
    const away = !this.pane.footing.atBottom();
    this.button.hidden = n === 0;
    if (!n || !away) return;
    this.button.replaceChildren(icon("newest", 20), h("span", { text: ngettext("%(n)s new", "%(n)s new", n) }));
  }

  #goBelow() {
    const first = this.#below[0];
    this.#below = [];
    if (first) this.thread.travel.goTo(first.id, first.seq);
    this.button.hidden = true;
  }

  /** Read marks moved: only the words that count readers change. */
  recount() {
    this.#counting ||= requestAnimationFrame(() => {
      this.#counting = 0;
      const { circle } = this.thread;
      for (const [post, node] of [...this.pane.live()]) {
        if (post.alert && post.alert.state !== "done") this.pane.redraw(post);
        const count = node.querySelector(".thread-count");
        if (!count) continue;
        const { readers, read } = circle.reading(post);
        const said = _("read by %(read)s of %(all)s", { read: read.length, all: readers.length });
        if (count.textContent !== said) count.textContent = said;
      }
    });
  }

  /** "il y a 9 min" grows older by itself. */
  #minute() {
    if (document.hidden) return;
    for (const [post] of [...this.pane.live()]) {
      if (post.alert && post.alert.state !== "done" && this.thread.times.ago(post.received_at)) this.pane.redraw(post);
    }
  }
}
