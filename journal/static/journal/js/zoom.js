/* Looking closer: pinch, wheel, double tap, keys. Several pictures may move together, so that two stay at one scale. */

const MOST = 8;
const STEP = 1.5;
const DOUBLE = 2.5;
const SWIPE_PX = 60;
const PAN_PX = 60;
const clamp = (value, most) => Math.min(Math.max(value, -most), most);

export class Zoom {
  #pointers = new Map();
  #from = null;

  /** `stage` takes the gestures; `pictures()` gives what moves; `swiped(-1 | 1)` hears of a swipe where nothing is enlarged. */
  constructor(stage, pictures, swiped) {
    Object.assign(this, { stage, pictures, swiped });
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    stage.addEventListener("dblclick", (event) => this.#double(event));
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => this.#up(event));
    this.reset();
  }

  reset() {
    Object.assign(this, { scale: 1, x: 0, y: 0 });
    this.#apply();
  }

  in() {
    this.#to(this.scale * STEP);
  }

  out() {
    this.#to(this.scale / STEP);
  }

  /** Move what is seen by so many steps; gives whether there was anywhere to go. */
  pan(across, down) {
    if (this.scale === 1) return false;
    this.x -= across * PAN_PX;
    this.y -= down * PAN_PX;
    this.#apply();
    return true;
  }

  #wheel(event) {
    event.preventDefault();
    this.#to(this.scale * Math.exp(-event.deltaY / 300), this.#place(event));
  }

  #double(event) {
    this.#to(this.scale > 1 ? 1 : DOUBLE, this.#place(event));
  }

  /** Where a pointer is, measured from the middle of the picture that it is over. */
  #place({ clientX, clientY }) {
    const boxes = this.pictures().map((picture) => picture.parentElement.getBoundingClientRect());
    const box = boxes.find(({ left, right, top, bottom }) => clientX >= left && clientX <= right && clientY >= top && clientY <= bottom) ?? boxes[0];
    return box ? { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 } : { x: 0, y: 0 };
  }

  /** Another scale; what lies at `point` stays there. */
  #to(wanted, point = { x: 0, y: 0 }) {
    const scale = Math.min(Math.max(wanted, 1), MOST);
    const grown = scale / this.scale;
    Object.assign(this, { x: point.x - (point.x - this.x) * grown, y: point.y - (point.y - this.y) * grown, scale });
    this.#apply();
  }

  #apply() {
    const box = this.pictures()[0]?.parentElement;
    if (box) Object.assign(this, { x: clamp(this.x, (box.clientWidth * (this.scale - 1)) / 2), y: clamp(this.y, (box.clientHeight * (this.scale - 1)) / 2) });
    for (const picture of this.pictures()) picture.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.stage.classList.toggle("is-enlarged", this.scale > 1);
  }

  #down(event) {
    if (event.button > 0) return;
    this.#pointers.set(event.pointerId, event);
    this.#from = { x: event.clientX, y: event.clientY };
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const other = [...this.#pointers.values()].find((one) => one.pointerId !== event.pointerId);
    this.#pointers.set(event.pointerId, event);
    if (other) {
      const spread = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      const middle = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
      this.#from = null;
      this.#to((this.scale * spread(event)) / spread(before), this.#place(middle));
    } else if (this.scale > 1) {
      this.stage.setPointerCapture(event.pointerId);
      this.x += event.clientX - before.clientX;
      this.y += event.clientY - before.clientY;
      this.#apply();
    }
  }

  #up(event) {
    const known = this.#pointers.delete(event.pointerId);
    const from = this.#from;
    if (!known || !from || this.scale > 1 || event.type === "pointercancel") return;
    const across = event.clientX - from.x;
    if (Math.abs(across) > SWIPE_PX && Math.abs(across) > 2 * Math.abs(event.clientY - from.y)) this.swiped(across > 0 ? -1 : 1);
  }
}
