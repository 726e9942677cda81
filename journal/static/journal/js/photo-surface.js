/* The photo on which one crops, blurs and points: by finger, mouse or keys. What is seen is what will be sent: an edit is
 * drawn into the pixels at once and stays movable until the next one begins. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { begun, boxOf, centred, cropOf, ends, moved, paint, spanned, stretched, WHOLE } from "./photo-edits.js";
import { cut } from "./photo-making.js";

const STEP = 0.02;
const NEAR_PX = 26;
const TAP_PX = 6;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Surface {
  #drag = null;
  #active = false;
  #scratch = document.createElement("canvas");
  #frame = 0;
  tool = null;

  /** `base` is a canvas with the whole picture; `edits` is the shot's own list, changed in place; `changed()` hears of it. */
  constructor(base, edits, changed) {
    Object.assign(this, { base, edits, changed });
    this.canvas = h("canvas", { role: "img", "aria-label": _("Your photo, as it will be sent") });
    this.region = h("div", { class: "c-region", tabindex: "0", role: "group", hidden: true, on: { keydown: (event) => this.#key(event) } }, h("i"));
    this.node = h("div", { class: "c-surface" }, this.canvas, this.region);
    for (const [event, act] of Object.entries({ pointerdown: this.#down, pointermove: this.#move, pointerup: this.#up, pointercancel: this.#up })) this.node.addEventListener(event, act);
    this.#draw();
  }

  get #last() {
    return this.#active ? this.edits.at(-1) : null;
  }

  /** What of the whole picture is in view: all of it while a crop is being chosen. */
  get #view() {
    return this.#last?.kind === "crop" ? WHOLE : cropOf(this.edits);
  }

  /** Begin a crop, a blurred region or an arrow in the middle, and give the keyboard to it. */
  begin(kind) {
    this.tool = kind;
    const view = cropOf(this.edits);
    // A second crop goes on from the first.
    this.#put(kind === "crop" && view !== WHOLE ? { ...view } : begun(kind, view));
    this.region.focus();
  }

  /** Take the last edit back. */
  undo() {
    this.edits.pop();
    this.#active = false;
    this.tool = null;
    this.#told();
  }

  #put(edit, instead = false) {
    if (instead) this.edits.pop();
    this.edits.push(edit);
    this.#active = true;
    this.#told();
  }

  #told() {
    this.node.classList.toggle("is-editing", this.tool !== null);
    this.#drawRegion();
    this.#frame ||= requestAnimationFrame(() => this.#draw()); // a finger moves more often than a screen is drawn
    this.changed();
  }

  #draw() {
    this.#frame = 0;
    paint(cut(this.base, WHOLE, this.#scratch), this.edits);
    const { width, height } = cut(this.#scratch, this.#view, this.canvas);
    this.node.style.setProperty("--ratio", width / height);
  }

  #drawRegion() {
    const { region } = this;
    const edit = this.#last;
    region.hidden = !edit;
    if (!edit) return;
    const view = this.#view;
    const box = boxOf(edit);
    const share = { left: (box.x - view.x) / view.w, top: (box.y - view.y) / view.h, width: box.w / view.w, height: box.h / view.h };
    for (const [name, value] of Object.entries(share)) region.style[name] = `${value * 100}%`;
    region.className = `c-region c-region--${edit.kind}`;
    const what = { crop: _("The part that stays"), blur: _("Blurred part"), arrow: _("Arrow") }[edit.kind];
    region.setAttribute("aria-label", `${what}. ${_("Arrow keys move it, with Shift they change its size, Delete takes it away.")}`);
  }

  #key(event) {
    const edit = this.#last;
    const [x, y] = ARROWS[event.key] ?? [];
    if (edit && x !== undefined) {
      const view = this.#view;
      this.#put((event.shiftKey ? stretched : moved)(edit, x * STEP * view.w, y * STEP * view.h), true);
    } else if (edit && (event.key === "Delete" || event.key === "Backspace")) this.undo();
    else return;
    event.preventDefault();
  }

  /** Where a pointer is, in parts of the whole picture. */
  #point({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const view = this.#view;
    return { x: view.x + ((clientX - box.left) / box.width) * view.w, y: view.y + ((clientY - box.top) / box.height) * view.h, perX: view.w / box.width, perY: view.h / box.height };
  }

  #down = (event) => {
    if (!this.tool || event.button > 0) return;
    event.preventDefault();
    this.node.setPointerCapture(event.pointerId);
    const point = this.#point(event);
    const edit = this.#last;
    const near = edit && ends(edit).find(({ at }) => Math.abs(at.x - point.x) < NEAR_PX * point.perX && Math.abs(at.y - point.y) < NEAR_PX * point.perY);
    const box = edit && boxOf(edit);
    const inside = box && point.x > box.x && point.x < box.x + box.w && point.y > box.y && point.y < box.y + box.h;
    this.#drag = { point, edit, near, inside, far: false, x: event.clientX, y: event.clientY };
  };

  #move = (event) => {
    const drag = this.#drag;
    if (!drag) return;
    drag.far ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > TAP_PX;
    if (!drag.far) return;
    const point = this.#point(event);
    const { edit, near } = drag;
    if (near) this.#put(near.start && this.tool === "arrow" ? spanned("arrow", point, near.stays) : spanned(edit.kind, near.stays, point), true);
    else if (drag.inside) this.#put(moved(edit, point.x - drag.point.x, point.y - drag.point.y), true);
    else {
      // A new one: of crops there is one, of the others as many as are drawn.
      this.#put(spanned(this.tool, drag.point, point), drag.begun || (edit?.kind === "crop"));
      drag.begun = true;
    }
  };

  /** A tap without a drag brings the region's middle there. */
  #up = () => {
    const drag = this.#drag;
    this.#drag = null;
    if (drag && !drag.far) this.#put(centred(drag.edit ?? begun(this.tool, cropOf(this.edits)), drag.point), Boolean(drag.edit));
    if (drag) this.region.focus({ preventScroll: true });
  };
}
