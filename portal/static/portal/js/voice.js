/**
 * The page's one voice: one <audio> beside the page's parts, so that only one note sounds at a time and goes on while the
 * thread is drawn anew. No byte is fetched before somebody plays. Event: "change" (look at `of(id)`).
 */
import { post } from "./api.js";
import { h } from "./dom.js";
import { _ } from "./i18n.js";
import { fetchNote, keepNote } from "./kept-database.js";

const SPEEDS = [1, 1.5, 2];
const SPEED_NOTE = "voice-speed";
const HEARD_SHARE = 0.5;

class Voice extends EventTarget {
  speed = 1;
  #audio = null;
  #medium = null;
  #places = new Map(); // medium → the second at which it goes on
  #failed = null;
  #told = new Set();

  constructor() {
    super();
    fetchNote(SPEED_NOTE).then((note) => SPEEDS.includes(note?.speed) && this.#setSpeed(note.speed), () => {});
    for (const end of ["cercle:signed-out", "cercle:circle-gone"]) document.addEventListener(end, () => this.stop());
    document.addEventListener("cercle:locked", () => this.pause());
  }

  /** How the note `id` stands: {playing, position, failed}. */
  of(id) {
    const mine = this.#medium?.id === id;
    return { playing: mine && !this.#audio.paused, position: this.#places.get(id) ?? 0, failed: this.#failed === id };
  }

  get playing() {
    return this.#audio && !this.#audio.paused ? this.#medium.id : null;
  }

  toggle(medium) {
    if (this.of(medium.id).playing) this.pause();
    else this.play(medium);
  }

  /** Play `medium` ({id, duration, mine?: its author listens, post?: what carries it, url?: a note of this device}) from where it was left. */
  play(medium) {
    this.#begin();
    const from = this.#places.get(medium.id) ?? 0;
    if (this.#medium?.id !== medium.id || this.#failed === medium.id || this.#audio.error) {
      this.#medium = medium;
      this.#audio.src = medium.url ?? `/api/v1/media/${medium.id}`;
    }
    this.#failed = null;
    this.#audio.playbackRate = this.speed;
    if (Math.abs(this.#audio.currentTime - from) > 0.25) this.#audio.currentTime = from;
    this.#audio.play().catch((error) => error.name !== "AbortError" && this.#fail());
    this.#announce();
    this.#changed();
  }

  pause() {
    this.#audio?.pause();
  }

  /** Let go of the sound, of the post `id` only where one is named. */
  stop(id = null) {
    if (!this.#medium || (id && this.#medium.post !== id)) return;
    this.#places.delete(this.#medium.id);
    this.#medium = null;
    this.#audio.removeAttribute("src");
    this.#audio.load();
    if (navigator.mediaSession) navigator.mediaSession.metadata = null;
    this.#changed();
  }

  /** Go to a second of `medium`, playing or not. */
  seek(medium, second) {
    const to = Math.min(Math.max(0, second), medium.duration);
    this.#places.set(medium.id, to);
    if (this.#medium?.id === medium.id) this.#audio.currentTime = to;
    this.#changed();
  }

  /** The next of the speeds, kept for this device. */
  faster() {
    this.#setSpeed(SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length]);
    keepNote({ id: SPEED_NOTE, speed: this.speed }).catch(() => {});
  }

  #setSpeed(speed) {
    this.speed = speed;
    if (this.#audio) this.#audio.playbackRate = speed;
    this.#changed();
  }

  #begin() {
    if (this.#audio) return;
    this.#audio = h("audio", { preload: "none", hidden: true, data: { voice: "" } });
    const on = (event, act) => this.#audio.addEventListener(event, act);
    on("timeupdate", () => this.#moved());
    on("ended", () => (this.#places.delete(this.#medium?.id), this.#changed()));
    on("error", () => this.#medium && this.#audio.hasAttribute("src") && this.#fail());
    for (const event of ["play", "pause", "ratechange"]) on(event, () => this.#changed());
    document.body.append(this.#audio);
  }

  #moved() {
    if (!this.#medium) return;
    if (!this.#audio.ended) this.#places.set(this.#medium.id, this.#audio.currentTime);
    this.#hear();
    this.#changed();
  }

  /** Half of a note has sounded, in whatever order: then it counts as heard, and its author is told. */
  #hear() {
    const { id, duration, mine } = this.#medium;
    const { played } = this.#audio;
    let sounded = 0;
    for (let n = 0; n < played.length; n++) sounded += played.end(n) - played.start(n);
    if (mine || this.#told.has(id) || sounded < (duration || this.#audio.duration) * HEARD_SHARE) return;
    this.#told.add(id);
    post(`media/${id}/listening`).catch(() => this.#told.delete(id));
  }

  #fail() {
    this.#failed = this.#medium?.id ?? null;
    this.#changed();
  }

  /** What the lock screen shows names nobody; from there nothing sounds that the app lock covers. */
  #announce() {
    const session = navigator.mediaSession;
    if (!session || !globalThis.MediaMetadata) return;
    session.metadata = new MediaMetadata({ title: _("Voice note"), artist: "Cercle" });
    const isCovered = () => document.documentElement.hasAttribute("data-cercle-covered");
    session.setActionHandler("play", () => this.#medium && !isCovered() && this.play(this.#medium));
    session.setActionHandler("pause", () => this.pause());
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const voice = new Voice();
