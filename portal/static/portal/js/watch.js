/** One circle on the live socket: its cursor, and the rules by which items are taken, dropped or asked for again. */

export class Watch {
  #pending = false;
  #again = false;

  /**
   * `handlers`: `after` (cursor or null), `epoch`, and callbacks `items(items)`, `receipts(list)`, `typing(member)`,
   * `reset()` (the cursor is void: fetch anew, then `restart`), `ended()`, `ready(answer)`, `refused(error)`.
   */
  constructor(socket, circle, handlers) {
    this.socket = socket;
    this.circle = circle;
    this.handlers = handlers;
    this.cursor = handlers.after ?? null;
    this.epoch = handlers.epoch ?? null;
    this.over = false;
  }

  /** Ask for everything after the cursor. While an answer is under way, one more asking waits behind it. */
  begin() {
    if (this.over) return;
    if (this.#pending) {
      this.#again = true;
      return;
    }
    this.#pending = true;
    const frame = { op: "watch", circle: this.circle, after: this.cursor };
    if (this.epoch !== null && this.cursor !== null) frame.epoch = this.epoch;
    this.socket.send(frame).then(
      (answer) => this.#answered(answer),
      (error) => this.#failed(error),
    );
  }

  // The socket resolves answers in microtasks, so this runs before the next frame's handler.
  #answered(answer) {
    this.#pending = false;
    if (this.cursor !== null && answer.from !== undefined) this.cursor = Math.max(this.cursor, answer.from - 1);
    if (this.epoch === null || this.cursor === null) this.epoch = answer.epoch;
    this.handlers.ready?.(answer);
    if (this.#again) {
      this.#again = false;
      this.begin();
    }
  }

  #failed(error) {
    this.#pending = false;
    this.#again = false;
    if (error?.code && error.code !== "lost") this.handlers.refused?.(error);
  }

  /** Begin from a new place, after `reset`. */
  restart(after, epoch) {
    this.cursor = after;
    this.epoch = epoch;
    this.begin();
  }

  stop() {
    this.over = true;
    this.socket.unwatch(this.circle);
  }

  heartbeat(head) {
    if (this.cursor !== null && head > this.cursor && !this.#pending) this.begin();
  }

  take(frame) {
    if (this.over) return;
    if (frame.event === "items") this.#items(frame);
    else if (frame.event === "receipts") this.handlers.receipts?.(frame.receipts);
    else if (frame.event === "typing") this.handlers.typing?.(frame.member);
    else if (frame.event === "reset") {
      this.cursor = null;
      this.handlers.reset?.();
    } else if (frame.event === "ended") {
      this.over = true;
      this.handlers.ended?.();
    }
  }

  #items(frame) {
    this.cursor ??= frame.after;
    if (frame.after > this.cursor) return this.#pending ? undefined : this.begin();
    const fresh = frame.items.filter((item) => item.seq > this.cursor);
    this.cursor = Math.max(this.cursor, frame.to);
    if (fresh.length) this.handlers.items?.(fresh);
  }
}
