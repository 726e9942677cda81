/* One photo over the whole screen: closer, the one before and after, what is known of it, and beside an earlier one of the
 * same place. The content is fetched only now; the patient's name stays in sight. */
import { h, hook } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { siteName } from "../../portal/js/sites.js";
import { largeImage } from "./large-image.js";
import { Comparison } from "./photo-compare.js";
import { authorName } from "./parts.js";
import { paperDate } from "./times.js";
import { Zoom } from "./zoom.js";

const HERE = "photo";

/** Every photo of the posts that this page knows, in their order; one that several carry stands where it came first. */
function photosOf(view) {
  const photos = new Map();
  for (const post of view.posts.list) {
    for (const medium of post.retracted_at ? [] : (post.media ?? [])) {
      if (medium.kind === "photo" && medium.state === "ready" && !photos.has(medium.id)) photos.set(medium.id, { medium, post });
    }
  }
  return [...photos.values()];
}

class Viewer {
  constructor(view, id) {
    Object.assign(this, { view, opened: id, id });
    this.#build();
    this.zoom = new Zoom(this.stage, () => [...this.stage.querySelectorAll(".c-viewer__layer")], (step) => this.step(step));
    this.comparison = new Comparison(this);
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#untilClosed();
    this.show();
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.stage.focus();
  }

  #build() {
    const button = (act, sign, label, run) => h("button", { type: "button", class: "c-iconbutton", "aria-label": label, data: { viewer: act }, on: { click: run } }, icon(sign));
    this.count = h("span", { class: "c-viewer__count", role: "status" });
    this.stage = h("div", { class: "c-viewer__stage", tabindex: "0", role: "group", "aria-label": _("Photo. Plus and minus enlarge and reduce, arrow keys move.") });
    this.words = h("div", { class: "c-viewer__words" });
    this.compare = h("button", { type: "button", class: "c-button c-viewer__compare", "aria-pressed": "false", on: { click: () => this.comparison.toggle() } }, icon("compare"), _("Compare"));
    this.before = button("before", "back", _("Previous photo"), () => this.step(-1));
    this.after = button("after", "forward", _("Next photo"), () => this.step(1));
    const who = h("p", { class: "c-viewer__who" }, h("b", { text: hook("name").textContent }), ` · ${paperDate(this.view.circle.patient.birth_date)}`);
    this.more = h("div", { class: "c-viewer__more" });
    this.dialog = h(
      "dialog",
      { class: "c-viewer", "aria-label": _("Photo of %(patient)s", { patient: this.view.circle.patientName() }) },
      h("header", { class: "c-viewer__head" }, who, this.count, button("close", "close", _("Close"), () => this.dialog.close())),
      this.stage,
      h("footer", { class: "c-viewer__foot" }, this.more, this.words, h("div", { class: "c-viewer__acts" }, this.before, this.after, button("smaller", "smaller", _("Smaller"), () => this.zoom.out()), button("larger", "larger", _("Larger"), () => this.zoom.in()), this.compare)),
    );
  }

  /** Back closes it as Escape does; what is withdrawn meanwhile is not looked at any longer; focus goes where it came from. */
  #untilClosed() {
    const { dialog } = this;
    const back = () => dialog.close();
    const changed = () => (photosOf(this.view).some(({ medium }) => medium.id === this.id) ? this.#tell() : dialog.close());
    history.pushState({ cercle: HERE }, "");
    addEventListener("popstate", back);
    document.addEventListener("cercle:circle-changed", changed);
    dialog.addEventListener("close", () => {
      removeEventListener("popstate", back);
      document.removeEventListener("cercle:circle-changed", changed);
      if (history.state?.cercle === HERE) history.back();
      dialog.remove();
      document.querySelector(`[data-cercle-act="photo ${this.opened}"]`)?.focus({ preventScroll: true });
    });
  }

  /** Where in the list the present photo is. */
  #tell() {
    const all = photosOf(this.view);
    const at = all.findIndex(({ medium }) => medium.id === this.id);
    this.count.textContent = _("%(n)s of %(all)s", { n: at + 1, all: all.length });
    this.before.hidden = at <= 0;
    this.after.hidden = at >= all.length - 1;
    return all[at];
  }

  show() {
    this.shown = this.#tell();
    this.comparison.end();
    this.compare.hidden = !this.shown.medium.site;
    this.alone();
  }

  /** Nothing but the present photo. */
  alone() {
    const { medium } = this.shown;
    this.stage.replaceChildren(largeImage({ medium, alt: medium.caption || siteName(medium.site) || _("Photo") }));
    this.words.replaceChildren(...this.described(this.shown));
    this.zoom.reset();
  }

  /** Caption, place, author and date of a photo, as nodes. */
  described({ medium, post }) {
    const { times } = this.view;
    const taken = medium.taken_at && _("taken: %(time)s", { time: times.brief(medium.taken_at) });
    const about = [medium.caption && siteName(medium.site), post && authorName(post.author, this.view), taken].filter(Boolean).join(" · ");
    return [h("b", { text: medium.caption || siteName(medium.site) || medium.name }), h("span", { text: about })];
  }

  step(by) {
    const all = photosOf(this.view);
    const next = all[all.findIndex(({ medium }) => medium.id === this.id) + by];
    if (!next) return;
    this.id = next.medium.id;
    this.show();
    if (document.activeElement === document.body || !this.dialog.contains(document.activeElement) || document.activeElement.hidden) this.stage.focus();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "+" || event.key === "=") this.zoom.in();
    else if (event.key === "-") this.zoom.out();
    else if (event.key === "0") this.zoom.reset();
    else if (across || down) {
      if (!this.zoom.pan(across ?? 0, down ?? 0) && across) this.step(across);
    } else return;
    event.preventDefault();
  }
}

/** Open the photo `id` of a post in the thread. */
export function openPhoto(id, view) {
  return new Viewer(view, id).dialog;
}
