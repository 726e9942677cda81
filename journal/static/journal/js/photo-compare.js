/** Two photos of one place of the body beside each other, at one scale, each with its date: what has changed is seen. */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { siteName } from "../../portal/js/sites.js";
import { largeImage } from "./large-image.js";

const LIMIT = 50;

export class Comparison {
  #asked = 0;
  on = false;

  constructor(viewer) {
    this.viewer = viewer;
  }

  end() {
    this.#asked++;
    this.#set(false);
    this.viewer.more.replaceChildren();
  }

  #set(on) {
    this.on = on;
    this.viewer.compare.setAttribute("aria-pressed", String(on));
    this.viewer.stage.classList.toggle("is-comparing", on);
  }

  async toggle() {
    const { viewer } = this;
    if (this.on) {
      this.end();
      return viewer.alone();
    }
    const asked = ++this.#asked;
    const { medium } = viewer.shown;
    const others = await this.#others(medium).catch(() => null);
    if (asked !== this.#asked) return undefined;
    if (!others?.length) {
      const sentence = others ? _("No other photo of this place: %(site)s.", { site: siteName(medium.site) }) : _("No line. Try again when it is back.");
      return viewer.more.replaceChildren(h("p", { role: "status", text: sentence }));
    }
    this.#set(true);
    return this.#choose(others, this.#nearest(others, medium));
  }

  /** The other photos of this place that this reader may see, oldest first. */
  async #others({ id, site }) {
    const { items } = await get(`circles/${this.viewer.view.circle.id}/media?kind=photo&site=${encodeURIComponent(site)}&limit=${LIMIT}`);
    return items.filter((one) => one.id !== id).sort((a, b) => (dateOf(a) < dateOf(b) ? -1 : 1));
  }

  /** The last one before the present photo, else the first after it. */
  #nearest(others, medium) {
    return others.findLast((one) => dateOf(one) <= dateOf(medium)) ?? others[0];
  }

  #choose(others, other) {
    const { viewer } = this;
    const present = viewer.shown.medium;
    const two = [other, present].sort((a, b) => (dateOf(a) < dateOf(b) ? -1 : 1));
    viewer.stage.replaceChildren(...two.map((medium) => this.#pane(medium)));
    viewer.zoom.reset();
    viewer.words.replaceChildren(h("b", { text: siteName(present.site) }));
    viewer.more.replaceChildren(
      h("div", { class: "c-viewer__others", role: "group", "aria-label": _("Other photos of this place") }, others.map((one) => h("button", { type: "button", class: "c-viewer__other", "aria-pressed": String(one === other), on: { click: () => this.#again(others, one) } }, h("img", { src: `/api/v1/media/${one.id}/thumbnail`, alt: "" }), h("span", { text: this.#day(one) })))),
    );
  }

  #again(others, one) {
    this.#choose(others, one);
    this.viewer.more.querySelector('[aria-pressed="true"]').focus();
  }

  #pane(medium) {
    const place = largeImage({ medium, alt: [siteName(medium.site), this.#day(medium)].join(", ") });
    return h("figure", { class: "c-viewer__pane" }, place, h("figcaption", null, h("b", { text: this.#day(medium) }), medium.caption && h("span", { text: medium.caption })));
  }

  #day(medium) {
    return this.viewer.view.times.shortDay(dateOf(medium));
  }
}

const dateOf = (medium) => medium.taken_at ?? medium.at ?? "";
