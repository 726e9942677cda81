/**
 * My patients: filter by name, pages as one scrolls, and news that change a row where it stands.
 * Nothing moves under a thumb: rows take their new place when the list is next drawn.
 */
import { csrfToken } from "./api.js";
import { fetchFragment } from "./fragments.js";
import { liveSocket } from "./socket.js";

const TYPING_MS = 250;
const ROW_MS = 400;

class PatientList {
  #asked = 0;
  #rows = new Map();

  constructor(root) {
    this.root = root;
    this.box = root.querySelector("[data-cercle-rows]");
    this.current = root.dataset.cercleCurrent ?? "";
    this.#filter(root.querySelector("[data-cercle-filter]"));
    this.#chips(root.querySelectorAll("[data-cercle-show]"));
    this.box.addEventListener("cercle:filled", () => this.#drawn());
    this.#drawn();
  }

  #filter(form) {
    let timer = null;
    const ask = () => this.#draw("/portal/patients/filter", { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": csrfToken() } });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });
    form.elements.q.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, TYPING_MS);
    });
  }

  #chips(chips) {
    for (const chip of chips) {
      chip.addEventListener("click", () => {
        for (const other of chips) other.setAttribute("aria-pressed", String(other === chip));
        this.#draw(`/portal/patients?show=${chip.dataset.cercleShow}`);
      });
    }
  }

  async #draw(address, options) {
    const asked = ++this.#asked;
    try {
      const rows = await fetchFragment(address, options);
      if (asked !== this.#asked) return; // a later question was answered first
      this.box.replaceChildren(rows);
      this.box.scrollTop = 0;
      this.#drawn();
    } catch {
      // Without a line the list stays as it was.
    }
  }

  #drawn() {
    for (const row of this.box.querySelectorAll("[data-cercle-circle]")) {
      if (row.dataset.cercleCircle === this.current) row.setAttribute("aria-current", "true");
    }
    const more = this.box.querySelector("[data-cercle-more]");
    if (!more) return;
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.#more(more, watch), {
      root: this.box.scrollHeight > this.box.clientHeight ? this.box : null, rootMargin: "600px",
    });
    watch.observe(more);
  }

  async #more(link, watch) {
    watch.disconnect();
    const chip = this.root.querySelector('[data-cercle-show][aria-pressed="true"]')?.dataset.cercleShow ?? "";
    try {
      const rows = await fetchFragment(`${link.getAttribute("href")}&show=${chip}`);
      link.replaceWith(rows);
      this.#drawn();
    } catch {
      watch.observe(link);
    }
  }

  /** A circle has news: its row is drawn again where it stands, once things are quiet. */
  changed(circle) {
    if (this.#rows.has(circle)) return;
    this.#rows.set(circle, setTimeout(() => this.#freshen(circle), ROW_MS));
  }

  /** The reader has left a circle: nothing of it stays in the list. */
  gone(circle) {
    clearTimeout(this.#rows.get(circle));
    this.box.querySelector(`li:has(> [data-cercle-circle="${CSS.escape(circle)}"])`)?.remove();
  }

  async #freshen(circle) {
    this.#rows.delete(circle);
    const row = this.box.querySelector(`[data-cercle-circle="${CSS.escape(circle)}"]`);
    if (!row) return this.#elsewhere();
    try {
      const fresh = (await fetchFragment(`/portal/patients/${circle}`)).firstElementChild;
      if (circle === this.current) fresh.setAttribute("aria-current", "true");
      const focused = row === document.activeElement;
      row.replaceWith(fresh);
      if (focused) fresh.focus();
      if (fresh.dataset.cerclePart === "urgent" && !fresh.closest('[data-cercle-part="urgent"]')) this.#elsewhere();
    } catch {} // The row is right again at the next drawing.
  }

  /** A row belongs elsewhere: the list is drawn anew as soon as nobody is in it. */
  #elsewhere() {
    const busy = this.box.matches(":hover") || this.box.contains(document.activeElement) || this.box.scrollTop > 0;
    const asking = this.root.querySelector("[data-cercle-filter]").elements.q.value;
    if (!busy && !asking) this.#draw("/portal/patients");
  }
}

async function count() {
  const answer = await fetch("/portal/counts", { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) return;
  const counts = await answer.json();
  for (const node of document.querySelectorAll("[data-cercle-count]")) {
    const n = counts[node.dataset.cercleCount] ?? 0;
    node.textContent = n > 99 ? "99+" : String(n);
    node.hidden = n === 0 && node.classList.contains("c-unread");
  }
}

/** The list at the side or as the page, and the counts beside the ways. */
export function beginList() {
  const root = document.querySelector("[data-cercle-list]");
  if (!root) return;
  const list = new PatientList(root);
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => count().catch(() => {}), 1000);
  };
  const heard = (circle) => {
    list.changed(circle);
    soon();
    document.dispatchEvent(new CustomEvent("cercle:news", { detail: { circle } }));
  };
  liveSocket().on("inbox", (frame) => heard(frame.circle));
  document.addEventListener("cercle:circle-gone", (event) => list.gone(event.detail.circle));
  document.addEventListener("cercle:circle-changed", (event) => heard(event.detail.circle));
  document.addEventListener("visibilitychange", () => !document.hidden && soon());
  count().catch(() => {});
}
