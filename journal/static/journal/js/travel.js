/** Moving through the thread: older posts, a post that was named, a day, and the thread as others see it. */
import { get } from "../../portal/js/api.js";
import { h, hook } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { circleSign } from "../../portal/js/signs.js";
import { fits } from "./circle.js";
import { drawItem } from "./draw.js";
import { Life } from "./life.js";
import { Pane } from "./pane.js";

const PAGE = 100;
const LEAP = 500;
const FOUND_MS = 2500;
const MOST_LEAPS = 4;

export class Travel {
  #loading = null;

  constructor(thread, scroller, list) {
    this.thread = thread;
    this.list = list;
    this.life = new Life(thread, list);
    this.pane = new Pane(scroller, list, {
      draw: (post, previous) => drawItem(post, previous, thread.view),
      nearTop: () => this.#onwards(),
      drawn: (nodes) => thread.sight?.drawn(nodes),
    });
  }

  #shown(post) {
    const { seeAs } = this.thread.view;
    return !seeAs || fits(seeAs, post.audience);
  }

  /** Show what is known, from `first` on, or from the end. */
  begin(first) {
    const posts = this.thread.posts.list.filter((post) => this.#shown(post));
    this.pane.reset(posts);
    this.#empty(posts.length === 0 && this.thread.posts.next === null);
    this.life.begin(() => this.refresh()).catch(() => {});
    if (first) this.pane.reveal(first.id, "start");
    else this.pane.footing.toBottom();
  }

  /** Draw everything that stands again, at the same place. */
  refresh() {
    for (const [post] of [...this.pane.live()]) this.pane.redraw(post);
  }

  #empty(nothing) {
    const node = hook("empty", this.thread.main);
    node.hidden = !nothing;
  }

  added(post) {
    if (!this.#shown(post)) return;
    this.#empty(false);
    const { footing } = this.pane;
    const own = post.author.member === this.thread.circle.member;
    if (document.hidden && !own) footing.stuck = false;
    const away = !footing.stuck;
    this.pane.insert(post);
    this.life.drawTail();
    if (away && !own) this.thread.sight.below(post);
  }

  /** One more page of older posts; gives whether there was one. */
  older(limit = PAGE) {
    const { posts } = this.thread;
    if (posts.next === null) return Promise.resolve(false);
    this.#loading ??= get(`circles/${this.thread.id_}/posts?before=${encodeURIComponent(posts.next)}&limit=${limit}`)
      .then((page) => {
        this.pane.prepend(posts.older(page).filter((post) => this.#shown(post)));
        this.#empty(posts.next === null && !this.pane.chunks.length);
        return true;
      })
      .finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** Load down to the reader's mark, within reason: what is new begins where they left. */
  async reach(mark) {
    const { posts } = this.thread;
    for (let leap = 0; leap < MOST_LEAPS && (posts.oldest?.seq ?? 0) > mark + 1 && posts.next !== null; leap++) await this.older(LEAP);
  }

  /** Load until all `count` open urgent posts are known: however old one is, the strip must show it. */
  async seekAlerts(count) {
    while (this.thread.posts.alerts.size < count && (await this.older(LEAP)));
    this.thread.sight.look();
  }

  /** The upper end is near: load until it is not, also where nothing of a page is shown. */
  async #onwards() {
    try {
      while ((await this.older()) && this.pane.footing.nearTop());
    } catch {
      // No line: the next move to the upper end asks again.
    }
  }

  /** Bring the post `id` (numbered `seq`, where that is known) into sight. */
  async goTo(id, seq = 0) {
    const { posts, view } = this.thread;
    if (view.seeAs) this.seeAs(null);
    while (!posts.byId.has(id) && posts.next !== null && (posts.oldest?.seq ?? Infinity) > seq) await this.older(LEAP);
    this.#found(posts.byId.get(id), "center");
  }

  /** The first post of `day` (YYYY-MM-DD in the circle's zone) or after it. */
  async goToDay(day) {
    const { posts, times } = this.thread;
    while (posts.next !== null && posts.oldest && times.day(posts.oldest.received_at) >= day) await this.older(LEAP);
    this.#found(posts.list.find((post) => times.day(post.received_at) >= day) ?? posts.newest, "start");
  }

  #found(post, block) {
    if (!post) return this.thread.say(_("This message is not here any more."), true);
    this.pane.redraw(post);
    const item = this.pane.reveal(post.id, block);
    if (!item) return undefined;
    for (const before of document.querySelectorAll(".thread-item.is-found")) before.classList.remove("is-found");
    item.classList.add("is-found");
    setTimeout(() => item.classList.remove("is-found"), FOUND_MS);
    item.querySelector("details")?.setAttribute("open", "");
    return item.querySelector("[tabindex]")?.focus({ preventScroll: true });
  }

  /** The thread as the readers of `audience` see it; null: as oneself. */
  seeAs(audience) {
    const { view, circle, main } = this.thread;
    view.seeAs = audience;
    const line = hook("seeas", main);
    line.hidden = audience === null;
    main.classList.toggle("is-seeing-as", audience !== null);
    if (audience !== null) {
      const back = h("button", { type: "button", class: "c-textlink", text: _("Back to my view"), on: { click: () => this.seeAs(null) } });
      line.replaceChildren(h("div", { class: "c-strip c-strip--offline" }, circleSign(audience, 22), h("span", { text: _("What these readers see: %(audience)s", { audience: circle.audienceName(audience) }) }), back));
      back.focus();
    }
    this.begin(null);
  }
}
