/** Where photos come from: the camera in the page, or files of this device. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { Camera } from "./photo-camera.js";

/**
 * The part of the dialog in which photos are taken and chosen. `took(blob)` hears of one from the camera, `chose(files)` of
 * files; `waiting()` says how many are there already, to which `back()` leads.
 */
export class Taking {
  #shooting = false;

  constructor({ took, chose, back, waiting }) {
    Object.assign(this, { took, chose, back, waiting, camera: new Camera() });
    this.node = h("div", { class: "c-sheet__part c-taking" });
  }

  async begin() {
    document.addEventListener("visibilitychange", this.#seen);
    this.node.replaceChildren(h("div", { class: "c-camera__place", "aria-busy": "true" }), this.#others());
    const there = await this.camera.begin();
    if (there === null) return;
    this.node.replaceChildren(...(there ? [this.camera.video, await this.#shutter()] : [this.#none()]), this.#others(there));
    this.node.querySelector("button, input")?.focus();
  }

  end() {
    document.removeEventListener("visibilitychange", this.#seen);
    this.camera.end();
  }

  /** No light burns behind another page. */
  #seen = () => (document.hidden ? this.camera.end() : this.begin());

  async #shutter() {
    const shoot = h("button", { type: "button", class: "c-button c-button--main c-button--tall", data: { shutter: "" }, on: { click: () => this.#shoot() } }, icon("camera"), _("Take the photo"));
    const turn = (await this.camera.several()) && h("button", { type: "button", class: "c-button", on: { click: () => this.camera.turn() } }, icon("turn-camera"), _("Other camera"));
    return h("div", { class: "c-buttons c-taking__acts" }, shoot, turn);
  }

  /** One photo at a time, however often it is pressed. */
  async #shoot() {
    if (this.#shooting || !this.camera.video.videoWidth) return;
    this.#shooting = true;
    try {
      this.took(await this.camera.shoot());
    } finally {
      this.#shooting = false;
    }
  }

  #none() {
    return h("p", { class: "c-note" }, icon("info"), h("span", { text: _("This page has no camera: there is none, or the browser was told not to lend it. Choose photos of this device, or allow the camera in the browser's settings.") }));
  }

  /** Files, and where the page has no camera, the phone's own. */
  #others(there = true) {
    const phone = !there && matchMedia("(pointer: coarse)").matches;
    const count = this.waiting();
    return h(
      "div",
      { class: "c-buttons c-taking__acts" },
      phone && picker(_("Take with the phone's camera"), "camera", { capture: "environment" }, this.chose),
      picker(_("Choose photos"), "images", { multiple: true }, this.chose),
      count > 0 && h("button", { type: "button", class: "c-button c-button--quiet", on: { click: this.back } }, ngettext("Back to the photo", "Back to the %(n)s photos", count)),
    );
  }
}

/** A file field that looks like a button. */
function picker(label, sign, how, chose) {
  const input = h("input", { type: "file", class: "u-hidden", accept: "image/*,.heic,.heif", tabindex: "-1", "aria-hidden": "true", ...how, on: { change: () => input.files.length && chose([...input.files]) } });
  return h("span", null, h("button", { type: "button", class: "c-button", on: { click: () => input.click() } }, icon(sign), label), input);
}
