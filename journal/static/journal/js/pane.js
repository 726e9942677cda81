/* The scrolling pane: thousands of posts, few nodes. Posts stand in chunks of 15; a chunk far from the viewport is
 * emptied and keeps its height, one that comes near is drawn again. */
import { h } from "../../portal/js/dom.js";
import { Footing } from "./footing.js";
import { Nearness } from "./nearness.js";

const SIZE = 15;

export class Pane {
  chunks = [];
  #byPost = new Map();
  #guess = 150;

  /** `draw(post, previous)` gives the node of a post; `nearTop()`: older posts are wanted; `drawn(nodes)`: they stand. */
  constructor(scroller, list, { draw, nearTop, drawn }) {
    Object.assign(this, { scroller, list, draw, drawn });
    this.footing = new Footing(scroller);
    this.nearness = new Nearness(scroller, { render: (chunk) => this.#render(chunk), empty: (chunks) => this.#empty(chunks) });
    this.top = h("div", { class: "thread-top" });
    list.before(this.top);
    this.nearness.when(this.top, nearTop);
  }

  /** Show `posts` (oldest first) and nothing else. */
  reset(posts) {
    this.nearness.forget();
    this.#byPost.clear();
    this.chunks = this.#cut(posts);
    this.list.replaceChildren(...this.chunks.map((chunk) => chunk.node));
    if (this.chunks.length) this.#render(this.chunks.at(-1));
  }

  #cut(posts) {
    const chunks = [];
    // Cut from the newest end: the chunk that grows is the last one.
    for (let end = posts.length; end > 0; end -= SIZE) chunks.unshift(this.#chunk(posts.slice(Math.max(0, end - SIZE), end)));
    return chunks;
  }

  #chunk(posts, live = false) {
    const chunk = { posts, node: h("div", { class: "thread-chunk" }), live };
    if (!live) chunk.node.style.height = `${posts.length * this.#guess}px`;
    for (const post of posts) this.#byPost.set(post.id, chunk);
    this.nearness.watch(chunk);
    return chunk;
  }

  /** Put older posts above, without moving what is in sight. */
  prepend(posts) {
    const first = this.chunks[0];
    const chunks = this.#cut(posts);
    this.footing.steady(() => {
      this.list.prepend(...chunks.map((chunk) => chunk.node));
      this.chunks.unshift(...chunks);
      if (first?.live) this.#swap(first, 0);
    }, true);
  }

  #previous(chunk, index) {
    if (index > 0) return chunk.posts[index - 1];
    return this.chunks[this.chunks.indexOf(chunk) - 1]?.posts.at(-1);
  }

  #render(chunk) {
    if (chunk.live) return;
    const nodes = chunk.posts.map((post, index) => this.draw(post, this.#previous(chunk, index)));
    chunk.live = true;
    this.footing.steady(() => {
      chunk.node.style.height = "";
      chunk.node.replaceChildren(...nodes);
    }, this.footing.isAbove(chunk.node));
    this.drawn(nodes);
  }

  // All are measured before the first is changed: one layout for however many leave.
  #empty(chunks) {
    const leaving = chunks.filter((chunk) => chunk.live && !chunk.node.contains(document.activeElement));
    for (const [chunk, height] of leaving.map((chunk) => [chunk, chunk.node.offsetHeight])) {
      this.#guess = Math.round(height / chunk.posts.length) || this.#guess;
      chunk.live = false;
      chunk.node.style.height = `${height}px`;
      chunk.node.replaceChildren();
    }
  }

  /** A new post: below, or at its place when it arrives out of turn. */
  insert(post) {
    const chunk = this.#chunkFor(post);
    const index = chunk.posts.findLastIndex((one) => one.seq < post.seq) + 1;
    chunk.posts.splice(index, 0, post);
    this.#byPost.set(post.id, chunk);
    if (!chunk.live) return;
    const node = this.draw(post, this.#previous(chunk, index));
    this.footing.steady(() => chunk.node.insertBefore(node, chunk.node.children[index] ?? null), false);
    if (chunk.posts[index + 1]) this.#swap(chunk, index + 1);
    this.drawn([node]);
  }

  #chunkFor(post) {
    const last = this.chunks.at(-1);
    if (last && (last.posts.length < SIZE * 2 || post.seq < last.posts.at(-1).seq)) {
      return this.chunks.findLast((one) => one.posts[0].seq < post.seq) ?? this.chunks[0];
    }
    this.chunks.push(this.#chunk([], true));
    this.list.append(this.chunks.at(-1).node);
    return this.chunks.at(-1);
  }

  /** Draw a known post again after it changed. */
  redraw(post) {
    const chunk = this.#byPost.get(post.id);
    if (!chunk) return;
    const index = chunk.posts.findIndex((one) => one.id === post.id);
    chunk.posts[index] = post;
    if (chunk.live) this.footing.steady(() => this.#swap(chunk, index), this.footing.isAbove(chunk.node.children[index]));
  }

  #swap(chunk, index) {
    const old = chunk.node.children[index];
    const act = old.contains(document.activeElement) && document.activeElement.getAttribute("data-cercle-act");
    const node = this.draw(chunk.posts[index], this.#previous(chunk, index));
    old.replaceWith(node);
    if (act) (node.querySelector(`[data-cercle-act="${act}"]`) ?? node.querySelector("[tabindex]"))?.focus();
    this.drawn([node]);
  }

  /** Bring a post into the viewport; gives its node, or null when it is not here. */
  reveal(id, block = "center") {
    const chunk = this.#byPost.get(id);
    if (!chunk) return null;
    this.footing.stuck = false;
    this.#render(chunk);
    const node = this.nodeOf(id);
    node.scrollIntoView({ block });
    this.footing.stuck = this.footing.atBottom();
    return node;
  }

  /** The node of a post where it is drawn now, or undefined. */
  nodeOf(id) {
    const chunk = this.#byPost.get(id);
    return chunk?.node.children[chunk.posts.findIndex((post) => post.id === id)];
  }

  /** Every post that is drawn now, with its node. */
  *live() {
    for (const { posts, node, live } of this.chunks) if (live) for (const [index, post] of posts.entries()) yield [post, node.children[index]];
  }
}
