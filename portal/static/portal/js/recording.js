/**
 * One voice note while it is recorded. `state`: "asking", "recording", "paused" or "ended" (the microphone is free again).
 * Events: "change" (the state, or `why` it paused), "level" (twenty times a second while it records).
 * What was recorded stays at hand whatever ends it: a call, a locked phone, a microphone that was pulled out, the limit.
 */
import { reduced } from "./waveform.js";

export const MOST_S = 15 * 60;
export const WARN_S = 60; // a word before the end
const LEVEL_MS = 50;
const SLICE_MS = 2000;
const BITS = 48000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"];

/** What this browser can record, as MediaRecorder names it; null where it cannot. */
export function recordedType() {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) return null;
  return TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

export class Recording extends EventTarget {
  state = "asking";
  /** Why it paused or ended by itself: "hidden", "interrupted" (a call), "lost" (the microphone), "limit"; else "". */
  why = "";
  level = 0; // 0 … 1
  startedAt = null;
  #chunks = [];
  #peaks = [];
  #before = 0;
  #since = null;
  #timer = null;
  #stopped = null;
  #asked = false;

  /** Ask for the microphone and begin. Raises the browser's refusal: NotAllowedError, NotFoundError, NotReadableError. */
  async start() {
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    this.stream = stream;
    if (this.state === "ended") return this.release(); // thrown away before the answer
    this.#listen(stream);
    this.recorder = new MediaRecorder(stream, { mimeType: recordedType(), audioBitsPerSecond: BITS });
    this.recorder.addEventListener("dataavailable", ({ data }) => data.size && this.#chunks.push(data));
    this.#stopped = new Promise((done) => this.recorder.addEventListener("stop", done, { once: true }));
    this.#stopped.then(() => this.#end(this.#asked ? this.why : "lost"));
    const [track] = stream.getAudioTracks();
    track.addEventListener("mute", () => this.pause("interrupted"));
    document.addEventListener("visibilitychange", this.#hidden);
    this.startedAt = new Date();
    this.recorder.start(SLICE_MS);
    return this.#run();
  }

  #hidden = () => document.hidden && this.pause("hidden");

  #listen(stream) {
    this.context = new AudioContext();
    this.context.resume();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 2048;
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  #run() {
    this.state = "recording";
    this.why = "";
    this.#since = performance.now();
    this.#timer = setInterval(() => this.#hear(), LEVEL_MS);
    this.dispatchEvent(new Event("change"));
  }

  #hear() {
    const wave = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(wave);
    this.level = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    this.#peaks.push(this.level);
    this.dispatchEvent(new Event("level"));
    if (this.elapsed >= MOST_S) this.finish("limit");
  }

  /** Seconds recorded. */
  get elapsed() {
    return (this.#before + (this.#since === null ? 0 : performance.now() - this.#since)) / 1000;
  }

  get canGoOn() {
    return this.state === "paused" && this.elapsed < MOST_S;
  }

  pause(why = "") {
    if (this.state !== "recording") return;
    this.#hold();
    this.recorder.pause();
    Object.assign(this, { state: "paused", why });
    this.dispatchEvent(new Event("change"));
  }

  #hold() {
    clearInterval(this.#timer);
    if (this.#since !== null) this.#before += performance.now() - this.#since;
    this.#since = null;
    this.level = 0;
  }

  resume() {
    if (!this.canGoOn) return;
    this.recorder.resume();
    this.#run();
  }

  /** What is recorded so far as {file, duration, waveform}; the recording can go on. */
  async soFar() {
    if (this.recorder?.state === "paused" || this.recorder?.state === "recording") {
      const given = new Promise((done) => this.recorder.addEventListener("dataavailable", done, { once: true }));
      this.recorder.requestData();
      await given;
    }
    const type = (this.recorder?.mimeType || recordedType()).split(";")[0];
    return { file: new Blob(this.#chunks, { type }), duration: this.elapsed, waveform: reduced(this.#peaks) };
  }

  /** End it, let the microphone go, and give what was recorded. */
  async finish(why = "") {
    if (this.state !== "ended") {
      this.#asked = true;
      this.why = why;
      if (this.recorder.state !== "inactive") this.recorder.stop();
      await this.#stopped;
    }
    return this.soFar();
  }

  #end(why) {
    if (this.state === "ended") return;
    this.#hold();
    this.release();
    this.why = why;
    this.dispatchEvent(new Event("change"));
  }

  /** Let the microphone go, whatever is under way. */
  release() {
    this.#hold();
    this.state = "ended";
    document.removeEventListener("visibilitychange", this.#hidden);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    if (this.context?.state !== "closed") this.context?.close();
  }
}
