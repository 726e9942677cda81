/**
 * The one live socket of a page, for all its circles.
 *
 *   const live = liveSocket();
 *   live.on("inbox", ({circle, head, unread, open_alerts}) => …);     news of circles that are not watched
 *   live.on("state", (state) => …);                                   "open", "lost", "signed-out"
 *   const watch = live.watch(circle, {after, epoch, items, receipts, typing, reset, ended, ready});
 *   watch.stop();
 */
import { Credit, Pulse } from "./line.js";
import { Watch } from "./watch.js";

const SLOWEST_S = 30;
const SIGNED_OUT = 4401;

export class LiveSocket {
  #socket = null;
  #ref = 0;
  #waiting = new Map();
  #watches = new Map();
  #listeners = new Map();
  #attempt = 0;
  #timer = null;
  #credit = null;
  #pulse = new Pulse(
    () => this.send({ op: "ping" }).catch(() => {}),
    () => this.#drop(),
  );
  state = "lost";

  constructor(url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/v1/`) {
    this.url = url;
    addEventListener("online", () => this.#soon(1));
    addEventListener("offline", () => this.state === "open" && this.#pulse.check());
    addEventListener("pagehide", () => this.#drop(false));
    document.addEventListener("visibilitychange", () => !document.hidden && this.#woke());
    this.#open();
  }

  /** Listen to "inbox" or "state"; gives the function that ends it. */
  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return () => this.#listeners.get(name).delete(listener);
  }

  #tell(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) listener(detail);
  }

  watch(circle, handlers) {
    const watch = new Watch(this, circle, handlers);
    this.#watches.set(circle, watch);
    if (this.state === "open") watch.begin();
    return watch;
  }

  unwatch(circle) {
    this.#watches.delete(circle);
    this.send({ op: "unwatch", circle }).catch(() => {});
  }

  /** Send a frame; the promise gives the answer, or rejects with {code, detail}; code "lost" without a line. Never queued. */
  send(frame) {
    if (this.state !== "open") return Promise.reject({ code: "lost" });
    const ref = ++this.#ref;
    this.#socket.send(JSON.stringify({ ref, ...frame }));
    return new Promise((done, failed) => this.#waiting.set(ref, { done, failed }));
  }

  #open() {
    clearTimeout(this.#timer);
    if (this.#socket || this.state === "signed-out") return;
    const socket = new WebSocket(this.url, ["circle.v1"]);
    this.#socket = socket;
    socket.onopen = () => socket === this.#socket && this.#opened(socket);
    socket.onmessage = (message) => socket === this.#socket && this.#take(JSON.parse(message.data));
    socket.onclose = (event) => socket === this.#socket && this.#closed(event.code);
  }

  #opened(socket) {
    this.#credit = new Credit((frame) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(frame)));
    this.#become("open");
    this.#pulse.felt();
    for (const watch of this.#watches.values()) watch.begin();
  }

  #closed(code, again = true) {
    this.#socket = null;
    this.#credit?.stop();
    this.#pulse.stop();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#become(code === SIGNED_OUT ? "signed-out" : "lost");
    for (const { failed } of waiting) failed({ code: "lost" });
    // Full jitter: after a restart a thousand pages must not come back in the same instant.
    if (again) this.#soon(Math.min(SLOWEST_S, 0.5 * 2 ** this.#attempt++));
  }

  #soon(seconds) {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), Math.random() * seconds * 1000);
  }

  #drop(again = true) {
    const socket = this.#socket;
    if (socket) this.#closed(1000, again);
    socket?.close();
  }

  #woke() {
    if (this.state === "open") this.#pulse.check();
    else this.#soon(1);
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#tell("state", state);
    if (state === "signed-out") document.dispatchEvent(new CustomEvent("cercle:signed-out"));
  }

  #take(frame) {
    this.#attempt = 0;
    this.#pulse.felt();
    dispatchEvent(new Event("cercle:contact"));
    if (frame.re !== undefined) return this.#answer(frame);
    if (frame.n !== undefined) this.#credit.arrived(frame.n);
    if (frame.event === "heads") {
      for (const [circle, head] of Object.entries(frame.circles)) this.#watches.get(circle)?.heartbeat(head);
    } else if (frame.event === "inbox") this.#tell("inbox", frame);
    else this.#watches.get(frame.circle)?.take(frame);
  }

  #answer(frame) {
    const waiting = this.#waiting.get(frame.re);
    this.#waiting.delete(frame.re);
    if (frame.ok) waiting?.done(frame);
    else waiting?.failed(frame.error ?? { code: "unknown" });
  }
}

let shared = null;

/** The socket of this page; made at the first call. */
export function liveSocket() {
  shared ??= new LiveSocket();
  return shared;
}
