/** <cercle-voice>: one note with play, waveform, time and speed. It may be drawn anew at any time; the sound is the page's (voice.js). */
import { h } from "./dom.js";
import { _ } from "./i18n.js";
import { icon } from "./signs.js";
import { voice } from "./voice.js";
import { BARS, clock, drawBars, setPlayed } from "./waveform.js";

const STEP_S = 5;
const LEAP_S = 15;
const flat = new Array(BARS).fill(8);
const decimal = new Intl.NumberFormat(document.documentElement.lang || "fr");

function spoken(seconds) {
  const whole = Math.floor(seconds);
  return _("%(minutes)s min %(seconds)s s", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

class CercleVoice extends HTMLElement {
  #draw = () => this.draw();
  #dragging = null;

  /** The medium of the contract; also as JSON in data-cercle-medium. `whose`: a name for those who hear the page. */
  set medium(medium) {
    this.note = medium;
  }

  connectedCallback() {
    this.note ??= JSON.parse(this.dataset.cercleMedium);
    if (!this.button) this.#build();
    voice.addEventListener("change", this.#draw);
    this.draw();
  }

  disconnectedCallback() {
    voice.removeEventListener("change", this.#draw);
  }

  #build() {
    const { id, waveform } = this.note;
    const whose = this.getAttribute("whose") ?? "";
    this.button = h("button", { type: "button", class: "c-play", data: { act: `play ${id}` }, on: { click: () => voice.toggle(this.note) } });
    this.bars = drawBars(waveform?.length ? waveform : flat);
    const label = whose ? _("Place in the voice note of %(name)s", { name: whose }) : _("Place in the voice note");
    this.slider = h("div", { class: "c-seek", role: "slider", tabindex: "0", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": Math.round(this.note.duration ?? 0), data: { act: `seek ${id}` } }, this.bars);
    this.time = h("span", { class: "c-voice__time", "aria-hidden": "true" }); // the slider says it, when asked
    this.speed = h("button", { type: "button", class: "c-speed", data: { act: `speed ${id}` }, on: { click: () => voice.faster() } });
    this.wrong = h("p", { class: "c-voice__wrong", role: "status", hidden: true });
    this.named = whose;
    this.append(this.button, this.slider, this.time, this.speed, this.wrong);
    this.slider.addEventListener("keydown", (event) => this.#key(event));
    this.slider.addEventListener("pointerdown", (event) => this.#grasp(event));
    this.slider.addEventListener("pointermove", (event) => this.#dragging !== null && this.#drag(event));
    for (const event of ["pointerup", "pointercancel"]) this.slider.addEventListener(event, (one) => this.#release(one));
  }

  draw() {
    const { id, duration = 0 } = this.note;
    const { playing, position, failed } = voice.of(id);
    const at = this.#dragging ?? position;
    const word = playing ? (this.named ? _("Pause the voice note of %(name)s", { name: this.named }) : _("Pause the voice note")) : this.named ? _("Play the voice note of %(name)s", { name: this.named }) : _("Play the voice note");
    if (this.button.getAttribute("aria-label") !== word) {
      this.button.setAttribute("aria-label", word);
      this.button.replaceChildren(icon(playing ? "pause" : "play"));
    }
    setPlayed(this.bars, duration ? at / duration : 0);
    this.time.textContent = at > 0 || playing ? `${clock(at)} / ${clock(Math.round(duration))}` : clock(Math.round(duration));
    this.slider.setAttribute("aria-valuenow", Math.round(at));
    this.slider.setAttribute("aria-valuetext", _("%(at)s of %(all)s", { at: spoken(at), all: spoken(duration) }));
    const speed = `${decimal.format(voice.speed)}×`;
    this.speed.textContent = speed;
    this.speed.setAttribute("aria-label", _("Speed %(speed)s", { speed }));
    this.wrong.hidden = !failed;
    if (failed) this.wrong.textContent = _("This note cannot be heard now. Try again when the line is back.");
  }

  #key(event) {
    const { position } = voice.of(this.note.id);
    const steps = { ArrowRight: STEP_S, ArrowUp: STEP_S, ArrowLeft: -STEP_S, ArrowDown: -STEP_S, PageUp: LEAP_S, PageDown: -LEAP_S };
    const to = { Home: 0, End: this.note.duration }[event.key] ?? (event.key in steps ? position + steps[event.key] : null);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    voice.seek(this.note, to);
  }

  #second({ clientX }) {
    const { left, width } = this.bars.getBoundingClientRect();
    return Math.min(Math.max(0, (clientX - left) / width), 1) * (this.note.duration ?? 0);
  }

  #grasp(event) {
    if (event.button) return;
    this.slider.setPointerCapture(event.pointerId);
    this.#drag(event);
  }

  #drag(event) {
    this.#dragging = this.#second(event);
    this.draw();
  }

  #release(event) {
    if (this.#dragging === null) return;
    this.#dragging = null;
    if (event.type === "pointerup") voice.seek(this.note, this.#second(event));
    else this.draw();
  }
}

customElements.define("cercle-voice", CercleVoice);

/** A player for `medium`, whose author is called `whose`. */
export function playerOf(medium, whose) {
  const node = h("cercle-voice", { class: "c-voice__player", whose });
  node.medium = medium;
  return node;
}
