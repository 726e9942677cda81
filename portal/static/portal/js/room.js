/**
 * A room around the journal that stays fresh, without a reload:
 *
 *   <div data-cercle-room="CIRCLE" data-cercle-head="12" data-cercle-epoch="E" data-cercle-families="task post alert">
 *     <div data-cercle-part="/circles/CIRCLE/tasks?part=list">…</div>
 *   </div>
 *
 * Whatever line of these families comes, each part is fetched anew from its address; never under a hand that writes in it.
 */
import { fetchFragment } from "./fragments.js";
import { liveSocket } from "./socket.js";

const TOGETHER_MS = 120;

class Part {
  #waits = false;
  #asked = 0;

  constructor(box) {
    this.box = box;
    box.addEventListener("focusout", () => setTimeout(() => this.#waits && this.freshen()));
  }

  /** Somebody writes or chooses in it: what is begun is not taken away. */
  get #busy() {
    const active = document.activeElement;
    return this.box.contains(active) && active.matches("input:not([type=checkbox]), textarea, select");
  }

  async freshen() {
    this.#waits = this.#busy || this.box.querySelector("[data-cercle-begun]") !== null;
    if (this.#waits) return;
    const asked = ++this.#asked;
    try {
      const fresh = await fetchFragment(this.box.dataset.cerclePart);
      if (asked !== this.#asked || this.#busy) return;
      this.#put(fresh);
    } catch {} // Without a line the part stays as it was; the next line of the feed draws it anew.
  }

  /** What was unfolded or had the focus, by id, is so again. */
  #put(fresh) {
    const open = [...this.box.querySelectorAll("details[open][id]")].map((one) => one.id);
    const focused = this.box.contains(document.activeElement) ? document.activeElement.id : "";
    this.box.replaceChildren(fresh);
    for (const id of open) this.box.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    if (focused) this.box.querySelector(`#${CSS.escape(focused)}`)?.focus();
    this.box.dispatchEvent(new CustomEvent("cercle:filled", { bubbles: true }));
  }
}

function begin(room) {
  const circle = room.dataset.cercleRoom;
  const families = new Set(room.dataset.cercleFamilies.split(" "));
  const parts = [...room.querySelectorAll("[data-cercle-part]")].map((box) => new Part(box));
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => parts.forEach((part) => part.freshen()), TOGETHER_MS);
  };
  liveSocket().watch(circle, {
    after: Number(room.dataset.cercleHead), epoch: room.dataset.cercleEpoch,
    items(items) {
      document.dispatchEvent(new CustomEvent("cercle:circle-changed", { detail: { circle } }));
      if (items.some((item) => families.has(item.kind.split(".")[0]))) soon();
    },
    reset: () => location.reload(),
    ended: () => location.assign("/"),
  });
  document.addEventListener("cercle:room-changed", soon);
}

for (const room of document.querySelectorAll("[data-cercle-room]")) begin(room);
