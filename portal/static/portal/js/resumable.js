/**
 * One file to the server in pieces (tus 1.0): after a cut it goes on behind the last piece that arrived, also days later and in
 * the service worker. The server learns of a piece when it is whole, so what a cut can cost is one piece: pieces are as
 * long as the line carries in AIM_MS, and never more than a 32nd of the file unless that is very small.
 */
import { ask, NoLine, passing, Problem } from "./api.js";

const LEAST = 16 * 1024;
const MOST = 1024 * 1024;
const PARTS = 32;
const AIM_MS = 700;
const FASTER = 4; // a piece is at most so many times as long as the one before
const PIECE_MS = 60000; // for a line that has died without a word
const SLOWEST_MS = 30000;
const SESSION_OVER = 401;
const TUS = { "Tus-Resumable": "1.0.0" };

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function metadata({ name, facts }) {
  const { caption, site, taken_at, width, height } = facts;
  const known = { filename: name, caption, site, taken_at, width, height };
  return Object.entries(known).filter(([, value]) => value).map(([word, value]) => `${word} ${encoded(String(value))}`).join(",");
}

/** How long the next piece may be, in bytes. `speed`: bytes per millisecond, or 0 before the first one. */
export function pieceOf(length, speed, last) {
  const most = Math.min(MOST, Math.max(LEAST, Math.floor(length / PARTS)));
  return Math.round(Math.min(most, Math.max(LEAST, speed * AIM_MS), Math.max(LEAST, last * FASTER)));
}

/** Ends after a pause that grows with `attempt`, at once when the line is back; raises the AbortError of `signal`. */
function pause(attempt, error, signal) {
  const wait = error.retryAfter ? error.retryAfter * 1000 : 300 + Math.random() * Math.min(SLOWEST_MS, 500 * 2 ** attempt);
  return new Promise((done, failed) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) failed(signal.reason);
      else done();
    };
    const timer = setTimeout(end, wait);
    addEventListener("online", end);
    signal?.addEventListener("abort", end);
  });
}

export class Upload {
  #offset = 0;
  #speed = 0;
  #last = 0;
  #attempt = 0;

  /** `file`: {circle, key, name, facts, bytes (Uint8Array)}; `progress(share)`, `placed(id)`: as soon as the server knows it. */
  constructor(file, { token, signal, progress = () => {}, placed = () => {}, tries = Infinity } = {}) {
    Object.assign(this, { file, signal, progress, placed, tries, id: null });
    this.headers = token ? { ...TUS, "X-CSRFToken": token } : TUS;
  }

  /** Send what is missing. Gives the medium's id; raises Problem when it is refused, NoLine or Problem after `tries` failures. */
  async run() {
    while (true) {
      try {
        if (this.id) await this.#look();
        else await this.#begin();
        while (this.#offset < this.file.bytes.length) await this.#piece();
        return this.id;
      } catch (error) {
        if (!this.#mayPass(error) || ++this.#attempt >= this.tries) throw error;
        await pause(this.#attempt, error, this.signal);
      }
    }
  }

  #mayPass(error) {
    return passing(error) ? error.status !== SESSION_OVER : error instanceof Problem && error.status === 409;
  }

  async #begin() {
    const { circle, key, bytes } = this.file;
    const headers = { ...this.headers, "Idempotency-Key": key, "Upload-Length": String(bytes.length), "Upload-Metadata": metadata(this.file) };
    const answer = await this.#asked("POST", `circles/${circle}/media?resumable`, { headers });
    this.id = (await answer.json()).id;
    this.placed(this.id);
    if (answer.status !== 201) await this.#look();
  }

  get #place() {
    return `circles/${this.file.circle}/media/${this.id}`;
  }

  async #look() {
    this.#arrived(await this.#asked("HEAD", this.#place, { headers: this.headers }));
  }

  async #piece() {
    const { bytes } = this.file;
    const size = pieceOf(bytes.length, this.#speed, this.#last);
    const piece = bytes.subarray(this.#offset, this.#offset + size);
    const headers = { ...this.headers, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.#offset) };
    const begun = performance.now();
    const answer = await this.#asked("PATCH", this.#place, { headers, body: piece });
    const speed = piece.length / Math.max(1, performance.now() - begun);
    this.#speed = this.#speed ? (this.#speed + speed) / 2 : speed;
    this.#last = size;
    this.#attempt = 0;
    this.#arrived(answer);
  }

  #arrived(answer) {
    const offset = Number(answer.headers.get("Upload-Offset"));
    if (!Number.isInteger(offset)) throw new NoLine("no offset");
    this.#offset = offset;
    this.progress(offset / this.file.bytes.length);
  }

  /** One call that ends when it lasts too long or the file is no longer wanted; `AbortSignal.any` is younger than many a telephone. */
  async #asked(method, path, options) {
    const end = new AbortController();
    const unwanted = () => end.abort(this.signal.reason);
    const patience = setTimeout(() => end.abort(new DOMException("too long", "TimeoutError")), PIECE_MS);
    this.signal?.addEventListener("abort", unwanted);
    try {
      if (this.signal?.aborted) unwanted();
      return await ask(method, path, { ...options, signal: end.signal });
    } finally {
      clearTimeout(patience);
      this.signal?.removeEventListener("abort", unwanted);
    }
  }
}
