/** The thread of one patient: <cercle-thread circle="ID" me="ID">. Puts the parts together; each part does one thing. */
import { get, NoLine } from "../../portal/js/api.js";
import { Draft } from "../../portal/js/drafts.js";
import { h, hook } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { Outbox } from "../../portal/js/outbox.js";
import { Acts } from "./acts.js";
import { beginAddress } from "./address.js";
import { Announcer } from "./announce.js";
import { Banner } from "./banner.js";
import { Circle } from "./circle.js";
import { Composer } from "./composer.js";
import { Feed } from "./feed.js";
import { beginHands } from "./hands.js";
import { MadeOf } from "./made-of.js";
import { OutboxView } from "./outbox-view.js";
import { Posts } from "./posts.js";
import { drawRail } from "./rail.js";
import { Sight } from "./sight.js";
import { Times } from "./times.js";
import { Travel } from "./travel.js";
import { Typing } from "./typing.js";
import { Unsent } from "./unsent.js";
import { lastVisit } from "./visit.js";

const FIRST_PAGE = 50;
const RETRY_MS = 3000;

class CercleThread extends HTMLElement {
  async connectedCallback() {
    [this.id_, this.me] = ["circle", "me"].map((name) => this.getAttribute(name));
    this.main = this.closest("main") ?? this;
    try {
      const [since, { answer, page }] = await Promise.all([lastVisit(this.me, this.id_), this.fetchAll()]);
      await this.#build(answer, page, since);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The circle and its newest posts. */
  async fetchAll() {
    const [answer, page] = await Promise.all([this.fetchCircle(), get(`circles/${this.id_}/posts?limit=${FIRST_PAGE}`)]);
    return { answer, page };
  }

  fetchCircle() {
    return get(`circles/${this.id_}`);
  }

  #failed(error) {
    if (!(error instanceof NoLine) && !error.status) throw error;
    this.gone(error.status ? error.detail || _("Nothing here, or not for you.") : _("No line. This page opens as soon as it is back."));
    if (!error.status) setTimeout(() => location.reload(), RETRY_MS);
  }

  async #build(answer, page, since) {
    this.circle = new Circle(answer, this.me);
    this.times = new Times(this.circle.zone);
    this.posts = new Posts();
    this.outbox = new Outbox(this.me);
    this.view = { circle: this.circle, times: this.times, posts: this.posts, query: "", seeAs: null, newFrom: null, newSince: null, fresh: new Set(), offered: new Set(), busy: new Set() };
    this.banner = new Banner(this.main, this.times);
    this.announcer = new Announcer(hook("announce", this.main), hook("said", this.main));
    this.typing = new Typing(hook("typing", this.main), this.circle);
    this.acts = new Acts({ view: this.view, replaced: (post) => this.take(post), say: (words, wrong) => this.say(words, wrong), act: (act, post) => this.hands.act(act, post) });
    this.travel = new Travel(this, hook("scroll", this.main), hook("list", this.main));
    this.sight = new Sight(this, this.travel.pane);
    this.composer = new Composer(hook("composer", this.main), this.circle, new Draft(this.me, this.id_), {
      send: (body, files) => this.#send(body, files),
      typing: (audience) => this.feed.typing(audience),
      seeAs: (audience) => this.travel.seeAs(audience), say: (words) => this.say(words, true),
    });
    this.hands = beginHands(this);
    await this.#begin(page, since);
    Object.assign(this, { made: (this.view.made = new MadeOf(this)), feed: new Feed(this, page) });
    this.#openOutbox();
    this.composer.restore((id) => this.posts.byId.get(id)).then(() => beginAddress(this));
    this.travel.seekAlerts(answer.open_alerts).catch(() => {});
  }

  async #begin(page, since) {
    this.posts.begin(page);
    const own = this.circle.mine()?.read ?? 0;
    if (own > 0) await this.travel.reach(own);
    const first = this.posts.firstUnread(own, this.circle.member);
    if (first && own > 0) Object.assign(this.view, { newFrom: first.id, newSince: since ? this.times.brief(since) : null });
    this.drawCircle();
    this.travel.begin(first && own > 0 ? first : null);
  }

  #openOutbox() {
    this.outboxView = new OutboxView(hook("outbox", this.main), this.outbox, this.circle, this.times, this.travel.pane.footing);
    this.unsent = new Unsent(this.main, this.outbox, this.circle, this.times, (record) => this.#telephoned(record));
    this.outbox.addEventListener("sent", ({ detail }) => detail.record.circle === this.id_ && this.take(detail.post, true));
    this.outbox.load();
  }

  #send(body, files) {
    this.travel.pane.footing.toBottom();
    return this.outbox.add(this.id_, body, files);
  }

  #telephoned({ body, written }) {
    const text = _("I have telephoned about my urgent message of %(time)s.", { time: this.times.time(written) });
    this.outbox.add(this.id_, { text, audience: body.audience, urgency: "info" });
  }

  /** A post as it is now, from whatever source: the socket, an answer, or the outbox. */
  take(post, written = false) {
    const what = this.posts.take(post, written);
    if (what === "added") this.#added(post);
    else if (what === "changed") this.travel.pane.redraw(post);
    this.sight.look();
    this.changed();
  }

  /** The list at the side and the counts hear that something moved here: a watched circle has no inbox frames. */
  changed() {
    document.dispatchEvent(new CustomEvent("cercle:circle-changed", { detail: { circle: this.id_ } }));
  }

  #added(post) {
    this.view.fresh.add(post.id);
    this.travel.added(post);
    this.view.fresh.delete(post.id);
    this.typing.stopped(post.author.member);
    if (post.author.member !== this.circle.member) this.announcer.posted(post);
  }

  /** The circle changed: who is in it, who may write, what stands in the banner. */
  drawCircle() {
    this.banner.draw(this.circle);
    this.composer.draw();
    drawRail(this.circle);
  }

  say = (words, wrong = false) => this.announcer.say(words, wrong);

  /** Nothing of the patient stays on this screen. */
  gone(sentence) {
    this.feed?.stop();
    document.dispatchEvent(new CustomEvent("cercle:circle-gone", { detail: { circle: this.id_ } }));
    document.querySelector("[data-cercle-rail]")?.replaceChildren();
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    this.main.replaceChildren(h("div", { class: "l-page" }, h("h1", { class: "thread-gone", text: sentence }), h("p", null, h("a", { class: "c-button", href: "/" }, _("My patients")))));
  }
}

customElements.define("cercle-thread", CercleThread);
