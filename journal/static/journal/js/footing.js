/** Where the reader stands in the pane: at its end, or at a place that must not move under their eyes. */

const BOTTOM_PX = 60;

export class Footing {
  constructor(scroller) {
    this.scroller = scroller;
    this.stuck = true;
    scroller.addEventListener("scroll", () => (this.stuck = this.atBottom()), { passive: true });
    new ResizeObserver(() => this.stuck && this.toBottom()).observe(scroller);
  }

  atBottom() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < BOTTOM_PX;
  }

  /** Whether the upper end is within two screens. */
  nearTop() {
    return this.scroller.scrollTop < 2 * this.scroller.clientHeight;
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.stuck = true;
  }

  isAbove(node) {
    return node.getBoundingClientRect().top < this.scroller.getBoundingClientRect().top;
  }

  /** Run `change`; where it lies above the viewport, the difference in height is taken out of the scroll position. */
  steady(change, above) {
    const { scrollTop, scrollHeight } = this.scroller;
    change();
    if (this.stuck) return this.toBottom();
    const grown = this.scroller.scrollHeight - scrollHeight;
    if (above && grown) this.scroller.scrollTop = scrollTop + grown;
  }
}
