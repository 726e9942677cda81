/** One urgent post with all that happened to it: over the thread, below the banner. Opened from the post or by its address (#post-ID). */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { nodesOf, selectorOf } from "./alert-nodes.js";
import { plannedOf } from "./ladder.js";
import { fetchReach } from "./reach.js";

const LOOK_MS = 30000;
const SETTLE_MS = 1500; // also what the process of alerts may need after a moment that it has named
const FAR_MS = 86400000; // a timer holds no more than 24 days
const HERE = "alert";
const ABOVE = ".c-banner, .c-alert, .c-unsent, [data-cercle-said], [data-cercle-announce], [data-cercle-line]";
const LEAVING = new Set(["reply", "goto"]); // what goes on in the thread

const addressOf = (open) => open && `#post-${open.id}`;

export class AlertView {
  #open = null;

  constructor(thread) {
    this.thread = thread;
    this.back = thread.main.querySelector(".c-banner a[href='/']");
    document.addEventListener("cercle:circle-changed", () => this.#changed());
    // Back from a photo over it leaves this open, and so does its own address, tapped once more.
    addEventListener("popstate", ({ state }) => state?.cercle !== HERE && location.hash !== addressOf(this.#open) && this.#end());
    document.addEventListener("keydown", (event) => this.#key(event));
    this.back?.addEventListener("click", (event) => this.#open && (event.preventDefault(), this.close()));
  }

  get post() {
    return this.#open && this.thread.posts.byId.get(this.#open.id);
  }

  /** Show `post` and ask for what only its own page tells: who read it when, whom it told. */
  show(post) {
    this.#end();
    const { main } = this.thread;
    const under = [...main.children].filter((node) => !node.matches(ABOVE) && !node.inert);
    for (const node of under) node.inert = true;
    const screen = h("section", { class: "c-alert", "aria-label": _("Urgent message") });
    main.append(screen);
    main.classList.add("is-alerting");
    this.#open = { id: post.id, screen, under, shown: post, extra: {}, timer: setInterval(() => this.#look(), LOOK_MS) };
    screen.addEventListener("click", (event) => LEAVING.has(event.target.closest("[data-cercle-act]")?.getAttribute("data-cercle-act")) && this.close(), true);
    this.#stand();
    this.#draw();
    screen.querySelector("article")?.focus({ preventScroll: true });
    this.#fill(post);
  }

  /** As by Back: the thread stands there again. */
  close() {
    if (!this.#open) return;
    this.#end();
    if (history.state?.cercle === HERE) history.back();
    else if (location.hash) history.replaceState(null, "", location.pathname);
  }

  /** A place of its own in the history: Back leads to the thread. */
  #stand() {
    const address = addressOf(this.#open);
    if (history.state?.cercle === HERE) return history.replaceState({ cercle: HERE }, "", address);
    if (location.hash) history.replaceState(null, "", location.pathname);
    return history.pushState({ cercle: HERE }, "", address);
  }

  #key(event) {
    const over = document.querySelector("dialog[open], [role=alertdialog]");
    if (event.key === "Escape" && this.#open && !over && !event.defaultPrevented) this.close();
  }

  #end() {
    if (!this.#open) return;
    const { id, screen, under, timer, settling, due } = this.#open;
    this.#open = null;
    clearInterval(timer);
    clearTimeout(settling);
    clearTimeout(due);
    screen.remove();
    for (const node of under) node.inert = false;
    this.thread.main.classList.remove("is-alerting");
    this.thread.travel.pane.nodeOf(id)?.querySelector("article, summary")?.focus({ preventScroll: true });
  }

  async #fill(post) {
    const { audience, to } = post;
    const [, reach] = await Promise.all([this.#look(), fetchReach(this.thread.id_, { audience, to })]);
    if (this.#open?.id !== post.id) return;
    this.#open.extra.reach = reach;
    this.#draw();
  }

  /** No line of the circle says that a device has shown it, or that it was told again: asked for while this stands open. */
  async #look() {
    const { id } = this.#open;
    const post = await get(`posts/${id}`).catch(() => null);
    if (this.#open?.id !== id) return;
    if (post) {
      this.#open.extra.receipts = post.receipts ?? null;
      this.#open.looking = true; // the thread says that something changed: it is drawn below
      this.thread.take(post);
      this.#open.looking = false;
      if (this.#over()) return this.close();
      this.#open.shown = this.post;
      this.#awaitNext();
    }
    this.#draw();
  }

  #over() {
    return this.post.retracted_at || this.post.alert?.state === "done";
  }

  /** Shortly after something is planned it is looked for. */
  #awaitNext() {
    const planned = plannedOf(this.post);
    clearTimeout(this.#open.due);
    if (planned) this.#open.due = setTimeout(() => this.#look(), Math.min(Date.parse(planned.at) - Date.now() + SETTLE_MS, FAR_MS));
  }

  /** The post changed: drawn at once, and what only its page tells is asked for again when it is quiet. */
  #changed() {
    const { post } = this;
    if (!post || post === this.#open.shown || this.#open.looking) return;
    this.#open.shown = post;
    if (this.#over()) return this.close();
    this.#draw();
    clearTimeout(this.#open.settling);
    this.#open.settling = setTimeout(() => this.#look(), SETTLE_MS);
  }

  #draw() {
    const { post } = this;
    if (!post) return;
    const { screen, extra } = this.#open;
    const focused = screen.contains(document.activeElement) && selectorOf(document.activeElement);
    const scrolled = screen.scrollTop;
    screen.replaceChildren(...nodesOf(post, this.thread, extra, () => this.close()));
    screen.scrollTop = scrolled;
    if (focused) (screen.querySelector(focused) ?? screen.querySelector("article"))?.focus({ preventScroll: true });
  }
}
