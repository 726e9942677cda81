/**
 * A recording as one sees it: live level, time, Pause, Listen again, Throw away, and what its place adds (Send, Attach).
 * The same in the composer's sheet and, larger, on the patient's own page.
 * Events: "thrown" (the button was pressed), "held" (it paused or ended by itself: what was said can be kept now).
 */
import { append, h } from "./dom.js";
import { _ } from "./i18n.js";
import { recordedType, Recording } from "./recording.js";
import { refusalWords, stateWords, warningWords } from "./recording-words.js";
import { voice } from "./voice.js";
import { clock, drawBars, setBars } from "./waveform.js";

const LIVE_BARS = 40;
const STEP_MS = 500; // with reduced motion the level moves in steps
const LEAST_S = 0.5; // a slip of the thumb is no note
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Recorder extends EventTarget {
  #levels = new Array(LIVE_BARS).fill(0);
  #stepped = 0;
  #url = null;
  #listening = false;

  /** `button(word, sign, act, main)` builds a button of the place; `ends()` gives those that end the recording. */
  constructor({ button, ends }) {
    super();
    Object.assign(this, { button, ends });
    this.said = h("p", { class: "c-recorder__said", role: "status" });
    this.time = h("span", { class: "c-recorder__time", role: "timer", "aria-label": _("Recorded") });
    this.warning = h("p", { class: "c-recorder__warning", role: "status" });
    this.bars = drawBars(this.#levels);
    this.acts = h("div", { class: "c-recorder__acts" });
    this.line = h("div", { class: "c-recorder__line" }, h("span", { class: "c-recorder__dot", "aria-hidden": "true" }), this.bars, this.time);
    this.node = h("div", { class: "c-recorder" }, this.said, this.line, this.warning, this.acts);
  }

  /** Ask for the microphone and begin; what is refused is said where the recording would stand. */
  async start() {
    voice.pause();
    this.node.classList.remove("is-refused");
    const recording = (this.recording = new Recording());
    recording.addEventListener("change", () => this.#changed());
    recording.addEventListener("level", () => this.#level());
    this.draw();
    try {
      if (!recordedType()) return this.#refuse(_("This browser cannot record. Write, or use another browser."));
      await recording.start();
    } catch (error) {
      recording.release();
      this.#refuse(refusalWords(error));
    }
  }

  #refuse(sentence) {
    this.node.classList.add("is-refused");
    this.said.textContent = sentence;
    this.acts.replaceChildren(recordedType() ? this.button(_("Try again"), "mic", () => this.start(), true) : "");
  }

  /** Whether there is anything worth keeping. */
  get something() {
    return Boolean(this.recording?.startedAt) && this.recording.elapsed >= LEAST_S;
  }

  /** What was said, as {file, facts} for an attachment; `last`: the recording ends with it. */
  async note({ last = true } = {}) {
    this.#silence();
    const { file, duration, waveform } = await (last ? this.recording.finish() : this.recording.soFar());
    const name = `${_("Voice note")}.${file.type === "audio/mp4" ? "m4a" : file.type.split("/")[1]}`;
    return { file, facts: { kind: "voice", name, duration: Math.round(duration * 10) / 10, waveform, taken_at: this.recording.startedAt.toISOString() } };
  }

  #changed() {
    this.draw();
    if (this.recording.why) this.dispatchEvent(new Event("held"));
  }

  draw() {
    const { recording } = this;
    this.node.dataset.cercleRecording = recording.state;
    this.said.textContent = stateWords(recording);
    const held = this.acts.contains(document.activeElement);
    this.acts.replaceChildren();
    if (recording.state !== "asking") append(this.acts, [this.#buttons(), this.ends()]);
    if (held) this.acts.querySelector("button")?.focus();
    this.#tell();
  }

  #buttons() {
    const { recording } = this;
    const hush = (then) => () => (this.#silence(), then(), this.draw());
    return [
      recording.state === "recording" && this.button(_("Pause"), "pause", () => recording.pause()),
      recording.canGoOn && this.button(_("Go on"), "mic", hush(() => recording.resume())),
      this.#url ? this.button(_("Stop"), "stop", hush(() => {})) : this.button(_("Listen again"), "play", () => this.#listen()),
      this.button(_("Throw away"), "discard", () => this.dispatchEvent(new Event("thrown"))),
    ];
  }

  #level() {
    this.#levels.push(Math.min(100, Math.sqrt(this.recording.level) * 100));
    this.#levels.shift();
    const now = performance.now();
    if (still.matches && now - this.#stepped < STEP_MS) return;
    this.#stepped = now;
    // Without motion nothing travels: as many bars are tall as the voice is loud.
    const loud = (this.#levels.at(-1) / 100) * LIVE_BARS;
    setBars(this.bars, still.matches ? this.#levels.map((_level, n) => (n < loud ? 60 : 0)) : this.#levels);
    this.#tell();
  }

  #tell() {
    this.time.textContent = clock(this.recording.elapsed);
    const warned = warningWords(this.recording);
    if (this.warning.textContent !== warned) this.warning.textContent = warned;
  }

  async #listen() {
    if (this.#listening) return;
    this.#listening = true;
    voice.pause();
    this.recording.pause();
    const { file } = await this.recording.soFar();
    if (!this.#listening || this.#url) return; // sent or thrown away meanwhile
    this.#url = URL.createObjectURL(file);
    this.audio = new Audio(this.#url);
    const over = () => (this.#silence(), this.draw());
    this.audio.addEventListener("timeupdate", ({ target }) => (this.time.textContent = `${clock(target.currentTime)} / ${clock(this.recording.elapsed)}`));
    this.audio.addEventListener("ended", over);
    document.addEventListener("cercle:locked", over, { once: true });
    this.audio.play().catch(over);
    this.draw();
  }

  #silence() {
    this.audio?.pause();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
    this.#listening = false;
    this.audio = null;
  }

  /** Let go of microphone and sound. */
  close() {
    this.#silence();
    this.recording?.release();
  }
}
