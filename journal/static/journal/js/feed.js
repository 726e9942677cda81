/** What the socket tells, into the thread. */
import { liveSocket } from "../../portal/js/socket.js";
import { _ } from "../../portal/js/i18n.js";
import { voice } from "../../portal/js/voice.js";
import { takeMedium } from "./media-news.js";

const LOST_MS = 3000;

export class Feed {
  #lost = null;
  #since = null;

  /** `page` is the first answer of GET …/posts: its head and epoch are the cursor. */
  constructor(thread, page) {
    this.thread = thread;
    this.socket = liveSocket();
    this.watch = this.socket.watch(thread.id_, {
      after: page.head,
      epoch: page.epoch,
      items: (items) => items.forEach((item) => this.#item(item)),
      receipts: (receipts) => this.#receipts(receipts),
      typing: (member) => thread.typing.heard(member),
      reset: () => this.#reset(),
      ended: () => thread.gone(_("Your access to this record has ended.")),
      refused: () => thread.gone(_("Nothing here, or not for you.")),
    });
    this.off = this.socket.on("state", (state) => this.#line(state));
    this.again = () => this.#line(this.socket.state);
    for (const event of ["online", "offline"]) addEventListener(event, this.again);
    this.again();
  }

  stop() {
    this.off();
    for (const event of ["online", "offline"]) removeEventListener(event, this.again);
    this.watch.stop();
    clearTimeout(this.#lost);
  }

  typing(audience) {
    this.socket.send({ op: "typing", circle: this.thread.id_, audience }).catch(() => {});
  }

  read(seq) {
    return this.socket.send({ op: "read", circle: this.thread.id_, seq });
  }

  #item(item) {
    const { thread } = this;
    thread.travel.life.take(item);
    if (item.post?.retracted_at) voice.stop(item.post.id); // what was taken back sounds no longer
    if (item.post) this.#post(item);
    else if (item.media) takeMedium(thread, item);
    else if (item.task) thread.made.take(item.task);
    else if (item.member) this.#member(item);
    else if (item.incident) this.#incident();
    else if (item.contact) {
      thread.circle.putContact(item.contact);
      thread.drawCircle();
    } else if (item.kind === "circle.state_changed") {
      thread.circle.state = item.state?.state ?? item.state;
      thread.drawCircle();
      thread.travel.refresh();
    }
  }

  #post({ kind, post }) {
    this.thread.take(post, kind === "post.written");
    if (post.event) this.refresh().catch(() => {}); // the banner says where the patient is
  }

  /** A message stood in the wrong thread: coordinators hear of it, they have people to tell. */
  #incident() {
    const { circle } = this.thread;
    if (circle.role === "coordinator") this.thread.say(_("A message was written in the wrong thread and withdrawn. See in the thread who had seen it."));
  }

  #member(item) {
    const member = typeof item.member === "string" ? { id: item.member } : item.member;
    const { circle } = this.thread;
    if (item.kind === "member.left" && circle.members.has(member.id)) circle.put({ id: member.id, state: "ended" });
    else if (member.role) circle.put(member);
    else this.refresh();
    this.thread.drawCircle();
    this.thread.sight.recount();
  }

  #receipts(receipts) {
    const { circle, sight } = this.thread;
    for (const { member, seq } of receipts) {
      const known = circle.members.get(member);
      if (!known || (known.read ?? 0) >= seq) continue;
      circle.put({ id: member, read: seq });
      if (member === circle.member) sight.marks.mark = Math.max(sight.marks.mark, seq);
    }
    sight.recount();
  }

  /** The database was restored, or a standing changed: everything anew. */
  async #reset() {
    const { thread } = this;
    const { answer, page } = await thread.fetchAll();
    thread.circle.update(answer);
    thread.posts.begin(page);
    thread.drawCircle();
    thread.travel.begin(null);
    this.watch.restart(page.head, page.epoch);
  }

  /** Members and marks as they are now: marks that moved while the line was gone are not sent again. */
  async refresh() {
    const { thread } = this;
    thread.circle.update(await thread.fetchCircle());
    thread.drawCircle();
    thread.sight.recount();
  }

  #line(state) {
    clearTimeout(this.#lost);
    // The browser may know before the socket does.
    if (state === "open" && navigator.onLine) {
      const back = this.#since !== null;
      this.#since = null;
      this.thread.banner.line(null);
      this.thread.outbox.flush();
      if (back) this.refresh().catch(() => {});
      return;
    }
    const since = this.#since ?? Date.now();
    this.#since = since;
    // A line that comes back at once is no news.
    this.#lost = setTimeout(() => this.thread.banner.line(since), navigator.onLine ? LOST_MS : 0);
  }
}
