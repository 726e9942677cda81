/** Who is writing now: one still line above the composer, gone when nothing more comes. */
import { _ } from "../../portal/js/i18n.js";

const LASTS_MS = 6000;

export class Typing {
  #writing = new Map();

  constructor(node, circle) {
    this.node = node;
    this.circle = circle;
  }

  heard(member) {
    if (member === this.circle.member) return;
    clearTimeout(this.#writing.get(member));
    this.#writing.set(member, setTimeout(() => this.stopped(member), LASTS_MS));
    this.draw();
  }

  stopped(member) {
    clearTimeout(this.#writing.get(member));
    if (this.#writing.delete(member)) this.draw();
  }

  draw() {
    const names = [...this.#writing.keys()].map((member) => this.circle.nameOf(member));
    this.node.hidden = names.length === 0;
    if (names.length === 1) this.node.textContent = _("%(name)s is writing", { name: names[0] });
    else if (names.length) this.node.textContent = _("%(names)s are writing", { names: names.join(", ") });
  }
}
