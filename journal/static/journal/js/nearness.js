/** Says which chunks have come near the viewport and which have left it, and draws at most one of them in a frame. */

const NEAR = "1400px 0px";

export class Nearness {
  #queue = new Set();
  #frame = 0;

  /** `render(chunk)` and `empty(chunks)`; a chunk has `node` and `live`. */
  constructor(root, { render, empty }) {
    Object.assign(this, { root, render, empty });
    this.observer = new IntersectionObserver((entries) => this.#crossed(entries), { root, rootMargin: NEAR });
  }

  watch(chunk) {
    chunk.node.chunk = chunk;
    this.observer.observe(chunk.node);
  }

  forget() {
    this.observer.disconnect();
    this.#queue.clear();
  }

  /** Call `reached` each time `node` comes near. */
  when(node, reached) {
    const observer = new IntersectionObserver((entries) => entries.at(-1).isIntersecting && reached(), { root: this.root, rootMargin: NEAR });
    observer.observe(node);
  }

  #crossed(entries) {
    for (const { target, isIntersecting } of entries) {
      target.chunk.wanted = isIntersecting;
      if (isIntersecting !== target.chunk.live) this.#queue.add(target.chunk);
      else this.#queue.delete(target.chunk);
    }
    this.#ask();
  }

  #ask() {
    if (this.#queue.size && !this.#frame) this.#frame = requestAnimationFrame(() => this.#turn());
  }

  #turn() {
    this.#frame = 0;
    const left = [...this.#queue].filter((chunk) => !chunk.wanted);
    if (left.length) this.empty(left);
    const next = [...this.#queue].find((chunk) => chunk.wanted && !chunk.live);
    if (next) this.render(next);
    for (const chunk of this.#queue) if (!chunk.wanted || chunk.live) this.#queue.delete(chunk);
    this.#ask();
  }
}
