/** What keeps a socket honest: the credit that it gives back to the server, and the question whether the line lives. */

const GOT_FRAMES = 16;
const GOT_MS = 250;
const QUIET_MS = 40000; // heartbeats come every 15 s at most
const PONG_MS = 8000;

/** Confirms event frames: every 16 of them or 250 ms after the first unconfirmed one. */
export class Credit {
  #last = 0;
  #told = 0;
  #timer = null;

  constructor(say) {
    this.say = say;
  }

  arrived(n) {
    this.#last = n;
    if (n - this.#told >= GOT_FRAMES) this.#give();
    else this.#timer ??= setTimeout(() => this.#give(), GOT_MS);
  }

  #give() {
    this.stop();
    this.#told = this.#last;
    this.say({ op: "got", n: this.#last });
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** Asks after a silence, and says `dead` when nothing answers: a sleeping phone keeps a dead socket for minutes. */
export class Pulse {
  #timer = null;

  constructor(ask, dead) {
    this.ask = ask;
    this.dead = dead;
  }

  felt() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), QUIET_MS);
  }

  check() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.dead, PONG_MS);
    this.ask();
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
