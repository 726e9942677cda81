/** The posts that this page knows: one unbroken run from the newest downwards, in the order of their numbers. */

const ALERTING = new Set(["open", "unanswered"]);

/** An answer may be older than what the socket has told meanwhile: a file that was ready is not being prepared again. */
const settled = (media, known) => media.map((one) => (one.state === "processing" && known.find(({ id }) => id === one.id)) || one);

export class Posts {
  list = [];
  byId = new Map();
  /** What to give as `before` for older ones; null when the first post is here. */
  next = null;
  /** Open urgent posts, also such as lie below what is loaded. */
  alerts = new Map();

  /** Begin anew with the newest page; `page` as GET …/posts answers (newest first). */
  begin(page) {
    this.list = [];
    this.byId.clear();
    this.alerts.clear();
    return this.older(page);
  }

  /** Put an older page under what is here; gives the new posts, oldest first. */
  older(page) {
    const fresh = page.items.filter((post) => !this.byId.has(post.id)).reverse();
    this.list.unshift(...fresh);
    for (const post of fresh) this.#note(post);
    this.next = page.next;
    return fresh;
  }

  #note(post) {
    this.byId.set(post.id, post);
    this.#watchAlert(post);
  }

  #watchAlert(post) {
    if (post.urgency === "urgent" && post.alert && ALERTING.has(post.alert.state) && !post.retracted_at) this.alerts.set(post.id, post);
    else this.alerts.delete(post.id);
  }

  /**
   * Take a post as it is now. Gives "added", "changed" or "unknown" (it lies below what is loaded).
   * `written`: it is the post's own line, or the answer to writing it.
   */
  take(post, written) {
    const known = this.byId.get(post.id);
    if (known) {
      post.media &&= settled(post.media, known.media ?? []);
      // How many had read it is told to author and coordinators when they ask, not on the wire that many share.
      if (post.retraction) post.retraction.read_by ??= known.retraction?.read_by;
      this.list[this.indexOf(known)] = post;
      this.#note(post);
      return "changed";
    }
    this.#watchAlert(post);
    const oldest = this.list[0];
    if (!written && (!oldest ? this.next !== null : post.seq < oldest.seq)) return "unknown";
    if (oldest && post.seq < oldest.seq && this.next !== null) return "unknown";
    this.list.splice(this.#place(post.seq), 0, post);
    this.byId.set(post.id, post);
    return "added";
  }

  /** The first index whose number is not below `seq`. */
  #place(seq) {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle].seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  indexOf(post) {
    return this.#place(post.seq);
  }

  /** The first post by others after `mark`, or undefined. */
  firstUnread(mark, me) {
    return this.list.slice(this.#place(mark + 1)).find((post) => post.author.member !== me && !post.retracted_at);
  }

  get oldest() {
    return this.list[0];
  }

  get newest() {
    return this.list[this.list.length - 1];
  }
}
