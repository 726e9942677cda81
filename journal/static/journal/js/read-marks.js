/**
 * The reader's own mark: it moves only for a post that stood for a second in the viewport of a visible page that has
 * the focus. Rolling past, another tab in front, or a locked phone read nothing.
 */

const STOOD_MS = 1000;
const HALF = 0.5;

export class ReadMarks {
  #timers = new Map();
  #inView = new Map();

  /** `moved(seq)` hears each new place; `mark` is where it stands now. */
  constructor(root, mark, moved) {
    Object.assign(this, { root, mark, moved });
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { root, threshold: [0, HALF] });
    for (const name of ["focus", "blur"]) addEventListener(name, () => this.#attention());
    document.addEventListener("visibilitychange", () => this.#attention());
  }

  /** Look after `node`, which shows the post numbered `seq`. */
  observe(node, seq) {
    if (seq <= this.mark) return;
    node.seq = seq;
    this.observer.observe(node);
  }

  #attentive() {
    return !document.hidden && document.hasFocus();
  }

  /** Half of it is in sight, or it fills half of the pane. */
  #stands(entry) {
    if (!entry.isIntersecting) return false;
    return entry.intersectionRatio >= HALF || entry.intersectionRect.height >= (entry.rootBounds?.height ?? Infinity) * HALF;
  }

  #seen(entries) {
    for (const entry of entries) {
      const { seq } = entry.target;
      if (this.#stands(entry) && entry.target.isConnected) this.#inView.set(seq, entry.target);
      else {
        this.#inView.delete(seq);
        this.#stop(seq);
      }
    }
    this.#attention();
  }

  #attention() {
    const attentive = this.#attentive();
    for (const [seq, node] of this.#inView) {
      if (!attentive) this.#stop(seq);
      else if (!this.#timers.has(seq)) this.#timers.set(seq, setTimeout(() => this.#stood(seq, node), STOOD_MS));
    }
  }

  #stop(seq) {
    clearTimeout(this.#timers.get(seq));
    this.#timers.delete(seq);
  }

  #stood(seq, node) {
    this.#timers.delete(seq);
    this.#inView.delete(seq);
    this.observer.unobserve(node);
    if (!node.isConnected || !this.#attentive() || seq <= this.mark) return;
    this.mark = seq;
    this.moved(seq);
  }
}
