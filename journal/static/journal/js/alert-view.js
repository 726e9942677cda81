/** One urgent post with all that happened to it: over the thread, below the banner. Opened from the post or by its address (#post-ID). */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { alertActs, drawAlert } from "./draw-alert.js";
import { drawPost } from "./draw.js";
import { drawLadder, rowsOf } from "./ladder.js";
import { planOf } from "./reach-words.js";
import { fetchReach } from "./reach.js";

const MINUTE_MS = 30000;
const SETTLE_MS = 1500;
const ABOVE = ".c-banner, .c-alert, .c-unsent, [data-cercle-said], [data-cercle-announce], [data-cercle-line]";
const LEAVING = new Set(["reply", "goto"]); // what goes on in the thread

/** The same nodes stand in the thread below: names that point at each other are this view's own. */
function named(node) {
  for (const one of node.querySelectorAll("[id]")) one.id += "-alert";
  for (const one of node.querySelectorAll("[aria-labelledby]")) one.setAttribute("aria-labelledby", one.getAttribute("aria-labelledby").replaceAll(/(\S+)/g, "$1-alert"));
  return node;
}

export class AlertView {
  #open = null;

  constructor(thread) {
    this.thread = thread;
    this.back = thread.main.querySelector(".c-banner a[href='/']");
    document.addEventListener("cercle:circle-changed", () => this.#changed());
    addEventListener("popstate", () => this.close());
    this.back?.addEventListener("click", (event) => this.#open && (event.preventDefault(), this.close()));
  }

  get post() {
    return this.#open && this.thread.posts.byId.get(this.#open.id);
  }

  /** Show `post` and ask for what only its own page tells: who read it when, whom it told. */
  show(post) {
    this.close();
    const { main } = this.thread;
    const under = [...main.children].filter((node) => !node.matches(ABOVE) && !node.inert);
    for (const node of under) node.inert = true;
    const screen = h("section", { class: "c-alert", "aria-label": _("Urgent message"), on: { keydown: (event) => event.key === "Escape" && this.close() } });
    main.append(screen);
    main.classList.add("is-alerting");
    this.#open = { id: post.id, screen, under, shown: post, extra: {}, timer: setInterval(() => this.#draw(), MINUTE_MS) };
    screen.addEventListener("click", (event) => LEAVING.has(event.target.closest("[data-cercle-act]")?.getAttribute("data-cercle-act")) && this.close(), true);
    this.#draw();
    screen.querySelector("article")?.focus({ preventScroll: true });
    this.#fill(post);
  }

  close() {
    if (!this.#open) return;
    const { id, screen, under, timer } = this.#open;
    this.#open = null;
    clearInterval(timer);
    screen.remove();
    for (const node of under) node.inert = false;
    this.thread.main.classList.remove("is-alerting");
    if (location.hash) history.replaceState(null, "", location.pathname);
    this.thread.travel.pane.nodeOf(id)?.querySelector("article, summary")?.focus({ preventScroll: true });
  }

  async #fill({ id, audience, to }) {
    const { thread } = this;
    const [post, reach] = await Promise.all([get(`posts/${id}`).catch(() => null), fetchReach(thread.id_, { audience, to })]);
    if (this.#open?.id !== id) return;
    this.#open.extra = { receipts: post?.receipts ?? null, reach };
    if (post) thread.take(post);
    this.#draw();
  }

  /** The post changed: drawn at once, and what only its page tells is asked for again when it is quiet. */
  #changed() {
    const { post } = this;
    if (!post || post === this.#open.shown) return;
    this.#open.shown = post;
    if (post.retracted_at || post.alert?.state === "done") return this.close();
    this.#draw();
    clearTimeout(this.#open.settling);
    const { id } = this.#open;
    this.#open.settling = setTimeout(() => get(`posts/${id}`).then(({ receipts }) => this.#open?.id === id && ((this.#open.extra.receipts = receipts), this.#draw()), () => {}), SETTLE_MS);
  }

  #draw() {
    const { post } = this;
    if (!post) return;
    const { view, posts } = this.thread;
    const { screen, extra } = this.#open;
    const act = screen.contains(document.activeElement) && document.activeElement.getAttribute("data-cercle-act");
    const answers = posts.list.filter((one) => one.reply_to?.id === post.id && !one.retracted_at);
    const replies = answers.length > 0 && [h("h2", { class: "c-day" }, h("span", { text: _("replies") })), answers.map((one) => h("div", { class: "thread-item", data: { post: one.id } }, drawPost(one, view)))];
    const rows = rowsOf(post, view, { receipts: extra.receipts, plan: extra.reach && planOf(extra.reach, post, view.circle) });
    const item = h(
      "div",
      { class: "thread-item c-alert__body", data: { post: post.id } },
      h("div", { class: "c-alert__post" }, h("h2", { class: "u-hidden", text: _("Urgent message") }), h("button", { type: "button", class: "c-textlink c-alert__back", on: { click: () => this.close() } }, icon("back", 20), _("Back to the thread")), drawAlert(post, { ...view, alone: true })),
      h("div", { class: "c-alert__acts c-dock" }, alertActs(post, view), this.#callAuthor(post)),
      h("aside", { class: "c-alert__steps" }, h("h2", { text: _("What has happened") }), drawLadder(rows, view.times)),
    );
    const scrolled = screen.scrollTop;
    screen.replaceChildren(named(item), ...(replies ? [named(h("div", { class: "c-alert__replies" }, replies))] : []));
    screen.scrollTop = scrolled;
    if (act) screen.querySelector(`[data-cercle-act="${act}"]`)?.focus();
  }

  #callAuthor({ author }) {
    const { circle } = this.thread;
    const member = circle.members.get(author.member);
    if (!member?.phone || member.id === circle.member) return null;
    const name = _("Call %(name)s", { name: circle.nameOf(member.id) });
    return h("a", { class: "c-button c-alert__call", href: `tel:${member.phone}`, "aria-label": name }, icon("phone"), h("span", { text: name }));
  }
}
