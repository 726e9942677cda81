/** The part of the photo dialog in which a photo is looked at before it goes: tools, caption, place on the body. */
import { h } from "../../portal/js/dom.js";
import { fileSize } from "../../portal/js/file-size.js";
import { _ } from "../../portal/js/i18n.js";
import { field } from "../../portal/js/sheet.js";
import { icon } from "../../portal/js/signs.js";
import { SITES, siteName } from "../../portal/js/sites.js";
import { Surface } from "./photo-surface.js";

const CAPTION_LENGTH = 200;

export class Editing {
  #showing = 0;

  /** `desk` has shots and the choice of full size; the rest are the ways out of here. */
  constructor(desk, { more, retake, join, emptied }) {
    Object.assign(this, { desk, more, retake, join, emptied });
    this.node = h("div", { class: "c-editing" });
  }

  get shot() {
    return this.desk.shots[this.index];
  }

  async show(index) {
    this.index = index;
    const turn = ++this.#showing;
    const base = await this.shot.preview();
    if (turn !== this.#showing) return; // another one was asked for meanwhile
    this.surface = base && new Surface(base, this.shot.edits, () => this.#edited());
    const picture = base ? h("div", { class: "c-editing__picture" }, this.surface.node) : this.#unseen();
    this.node.replaceChildren(h("div", { class: "c-editing__scroll" }, base && this.#tools(), picture, this.#strip(), this.#words()), this.#end());
    this.node.querySelector("button").focus();
  }

  #tools() {
    const tool = (kind, label) => h("button", { type: "button", class: "c-tool", "aria-pressed": "false", data: { tool: kind }, on: { click: () => this.surface.begin(kind) } }, icon(kind), label);
    this.undo = h("button", { type: "button", class: "c-tool", data: { tool: "undo" }, on: { click: () => this.#undo() } }, icon("undo"), _("Undo"));
    this.undo.hidden = !this.shot.edits.length;
    return h("div", { class: "c-tools", role: "group", "aria-label": _("Change the photo") }, tool("crop", _("Crop")), tool("blur", _("Blur")), tool("arrow", _("Arrow")), this.undo);
  }

  #undo() {
    this.surface.undo();
    if (this.undo.hidden) this.node.querySelector(".c-tool").focus();
  }

  #edited() {
    this.undo.hidden = !this.shot.edits.length;
    for (const button of this.node.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(button.getAttribute("data-cercle-tool") === this.surface.tool));
  }

  #unseen() {
    const { name, file } = this.shot;
    return h("div", { class: "c-sheet__part" }, h("div", { class: "c-photo__place c-editing__unseen" }, icon("image"), h("span", { class: "c-photo__name", text: `${name} · ${fileSize(file.size)}` }), h("span", { text: _("This browser can't show this photo. It goes as it is, and everybody will see it.") })));
  }

  #words() {
    const { shot } = this;
    const caption = h("input", { class: "c-input", maxlength: CAPTION_LENGTH, autocomplete: "off", value: shot.caption, data: { caption: "" }, on: { input: () => (shot.caption = caption.value) } });
    const named = SITES.map((code) => [code, siteName(code)]);
    const site = h("select", { class: "c-input", data: { site: "" }, on: { change: () => (shot.site = site.value) } }, h("option", { value: "", text: _("Not said") }), named.map(([code, name]) => h("option", { value: code, text: name, selected: code === shot.site })));
    const full = h("input", { type: "checkbox", checked: this.desk.full, on: { change: () => (this.desk.full = full.checked) } });
    return h(
      "div",
      { class: "c-sheet__part" },
      h("div", { class: "c-fields c-fields--two" }, field(_("Caption"), caption), field(_("Where on the body"), site)),
      h("label", { class: "c-check" }, full, h("span", { text: _("Full size, takes longer to send") })),
      h("div", { class: "c-buttons" }, this.#quiet(_("Take again"), () => this.retake(this.shot)), this.#quiet(_("Throw away"), () => this.#discard())),
    );
  }

  #quiet(label, act) {
    return h("button", { type: "button", class: "c-textlink", on: { click: act } }, label);
  }

  /** All that wait here, and the way to one more. */
  #strip() {
    const { shots } = this.desk;
    const one = (shot, index) => {
      const label = _("Photo %(n)s of %(all)s", { n: index + 1, all: shots.length });
      const node = h("button", { type: "button", class: "c-editing__mark", "aria-label": label, "aria-current": index === this.index && "true", on: { click: () => this.show(index) } });
      this.#mark(shot).then((mark) => mark && node.append(mark));
      return node;
    };
    return h("div", { class: "c-editing__strip", role: "group", "aria-label": _("Photos") }, shots.length > 1 && shots.map(one), h("button", { type: "button", class: "c-textlink", on: { click: this.more } }, icon("plus", 20), _("One more photo")));
  }

  async #mark(shot) {
    if (!shot.mark) await shot.preview();
    return shot.mark ?? icon("image");
  }

  #end() {
    const join = h("button", { type: "button", class: "c-button c-button--main c-button--wide", data: { join: "" }, on: { click: () => this.#join(join) } }, this.desk.joining());
    return h("div", { class: "c-sheet__end" }, join);
  }

  #discard() {
    this.desk.shots.splice(this.index, 1);
    if (this.desk.shots.length) this.show(Math.max(0, this.index - 1));
    else this.emptied();
  }

  async #join(button) {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    button.textContent = _("Preparing…");
    await this.join();
    button.removeAttribute("aria-busy");
    button.textContent = this.desk.joining();
  }
}
