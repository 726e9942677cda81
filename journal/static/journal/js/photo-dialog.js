/* Photos for the message that is being written: take or choose, then crop, blur, point and say where on the body. What
 * is not joined yet when the sheet closes is joined then: in the tray it is seen, sealed, and can be changed. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { openSheet } from "../../portal/js/sheet.js";
import { Editing } from "./photo-editing.js";
import { Joining } from "./photo-joining.js";
import { Shot } from "./photo-shot.js";
import { Taking } from "./photo-taking.js";

/** The most files that one message carries. */
const MOST = 20;

export class PhotoDesk {
  #joining = new Joining(this);
  shots = [];
  full = false;

  constructor(composer) {
    this.composer = composer;
  }

  get attachments() {
    return this.composer.attachments;
  }

  /** On the last one that waits here, else the camera. */
  async open() {
    await this.#begin();
    if (this.shots.length) this.#edit(this.shots.length - 1);
    else this.#take();
  }

  /** With pictures that were dropped, pasted or chosen elsewhere. */
  async openWith(files) {
    await this.#begin();
    await this.#chose(files);
  }

  /** With one that is joined already. */
  async change(attachment) {
    await this.#joining.done;
    const content = await this.attachments.content(attachment.id);
    if (!content) return;
    await this.#begin();
    if (!this.shots.some((shot) => shot.replaces === attachment.id)) this.shots.push(Shot.ofAttachment(attachment, content));
    this.#edit(this.shots.findIndex((shot) => shot.replaces === attachment.id));
  }

  /** One sheet, once what the last one left is joined. */
  async #begin() {
    await this.#joining.done;
    this.shots = this.shots.filter((shot) => !shot.replaces || this.#joining.stands(shot));
    if (!this.dialog?.open) this.#build();
  }

  #build() {
    this.taking = new Taking({ took: (blob) => this.#took(Shot.ofCamera(blob)), chose: (files) => this.#chose(files), back: () => this.#edit(0), waiting: () => this.shots.length });
    this.editing = new Editing(this, { more: () => this.#take(), retake: (shot) => this.#retake(shot), join: () => this.#joinAll(), emptied: () => this.#take() });
    this.stage = h("div", { class: "c-stage" });
    this.said = h("div", { class: "c-sheet__part", role: "alert", hidden: true });
    this.dialog = openSheet(_("Photo for %(patient)s", { patient: this.composer.circle.patientName() }), this.said, this.stage);
    this.dialog.classList.add("c-sheet--wide");
    this.dialog.addEventListener("close", () => this.#closed(this.taking));
  }

  async #closed(taking) {
    taking.end();
    if (await this.#joining.join()) return;
    await this.open();
    this.#sayUnmade();
  }

  #take() {
    this.stage.replaceChildren(this.taking.node);
    this.taking.begin();
  }

  #edit(index) {
    this.taking.end();
    this.stage.replaceChildren(this.editing.node);
    this.editing.show(index);
  }

  #took(shot) {
    if (!this.#room(1)) return;
    this.shots.push(shot);
    this.#show(this.shots.length - 1);
  }

  /** One that has come; a sheet that was closed meanwhile stays closed. */
  #show(index) {
    if (this.dialog.open) this.#edit(index);
    else this.#closed(this.taking);
  }

  async #chose(files) {
    const taken = files.slice(0, Math.max(0, MOST - this.attachments.list.length - this.shots.length));
    this.#room(files.length);
    const first = this.shots.length;
    for (const file of taken) this.shots.push(await Shot.ofFile(file));
    if (taken.length) this.#show(first);
  }

  #room(count) {
    const enough = this.attachments.list.length + this.shots.length + count <= MOST;
    this.#say(enough ? "" : _("A message carries %(n)s files at most. Send the others with another one.", { n: MOST }));
    return enough;
  }

  #say(sentence) {
    this.said.hidden = !sentence;
    this.said.replaceChildren(...(sentence ? [h("p", { class: "c-note c-note--wrong", text: sentence })] : []));
  }

  /** Once more: the one in view goes, the camera is back. */
  #retake(shot) {
    this.shots = this.shots.filter((one) => one !== shot);
    this.#take();
  }

  async #joinAll() {
    const { dialog } = this;
    if (await this.#joining.join()) dialog.close();
    else this.#sayUnmade();
  }

  #sayUnmade() {
    this.#say(_("This photo could not be prepared. It is still here: try again, or without full size."));
  }

  joining() {
    return ngettext("Join to the message", "Join the %(n)s photos", this.shots.length);
  }
}
