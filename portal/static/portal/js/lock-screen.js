/** What stands over a locked page: the PIN, the device's own unlocking, and the way out. It names nobody. */
import { h } from "./dom.js";
import { _, ngettext } from "./i18n.js";
import { recognise } from "./own-unlocking.js";
import { MOST_WRONG, fetchLock, opened, tryPin } from "./pin.js";
import { icon } from "./signs.js";

export class LockScreen {
  #over = false;

  /** `open()` lets the person in, `giveUp()` ends the session. */
  constructor(person, lock, { open, giveUp }) {
    Object.assign(this, { person, open, giveUp, title: document.title });
    this.input = h("input", { id: "lock-pin", class: "c-input c-lock__pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "12", "aria-describedby": "lock-said" });
    this.said = h("p", { id: "lock-said", class: "c-lock__said", role: "alert" });
    this.button = h("button", { type: "submit", class: "c-button c-button--main c-button--wide", text: _("Open") });
    this.dialog = this.#drawn(lock);
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.dialog.addEventListener("close", () => !this.#over && this.dialog.showModal());
    document.title = "Cercle";
    document.body.append(this.dialog);
    this.dialog.showModal();
    if (lock.wrong >= MOST_WRONG) this.#end();
    else if (lock.credential) this.#byDevice();
    else this.input.focus();
  }

  #drawn(lock) {
    const own = lock.credential && h("button", { type: "button", class: "c-button c-button--wide", on: { click: () => this.#byDevice() } }, icon("key"), _("Fingerprint, face or code of this device"));
    const form = h("form", { novalidate: true, on: { submit: (event) => this.#byPin(event) } }, h("label", { for: "lock-pin", text: _("PIN of this device") }), this.input, this.said, this.button);
    const out = h("button", { type: "button", class: "c-textlink", on: { click: () => this.#end() }, text: _("PIN forgotten: sign out") });
    return h("dialog", { class: "c-lock", "aria-labelledby": "lock-title", data: { lock: "" } }, h("div", { class: "c-lock__body" }, icon("lock", 32), h("h1", { id: "lock-title", text: _("Cercle is locked") }), form, own, out));
  }

  async #byDevice() {
    try {
      await recognise((await fetchLock(this.person)).credential);
      await opened(this.person);
      this.#done();
    } catch {
      this.said.textContent = _("This device did not recognise you. The PIN opens too.");
      this.input.focus();
    }
  }

  async #byPin(event) {
    event.preventDefault();
    if (this.button.disabled || !this.input.value) return;
    this.button.disabled = true;
    const tried = await tryPin(this.person, this.input.value);
    this.input.value = "";
    if (tried.right) return this.#done();
    if (tried.left <= 0) return this.#end();
    const left = ngettext("%(n)s try is left, then this device signs out.", "%(n)s tries are left, then this device signs out.", tried.left);
    this.said.textContent = `${_("This is not the PIN.")} ${left}`;
    setTimeout(() => {
      this.button.disabled = false;
      this.input.focus();
    }, tried.wait * 1000);
  }

  #done() {
    this.#over = true;
    document.title = this.title;
    this.dialog.close();
    this.dialog.remove();
    this.open();
  }

  #end() {
    this.button.disabled = this.input.disabled = true;
    this.said.textContent = _("This device signs out. What was not sent stays sealed until its author signs in again.");
    this.giveUp();
  }
}
