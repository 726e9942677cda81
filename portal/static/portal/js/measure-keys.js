/** Noting a measure with wet hands: one tap for the kind, large keys for the number, one for keeping it. */
import { call } from "./api.js";
import { hook } from "./dom.js";
import { _ } from "./i18n.js";

const LONGEST = 6;
const sheet = hook("measure-sheet");

class Keys {
  constructor() {
    this.form = hook("measure-form", sheet);
    this.circle = sheet.dataset.cercleCircle;
    document.addEventListener("click", (event) => event.target.closest("[data-cercle-measure]") && this.open());
    hook("close", sheet).addEventListener("click", () => sheet.close());
    hook("kinds", sheet).addEventListener("change", (event) => this.choose(event.target));
    hook("keys", sheet).addEventListener("click", (event) => event.target.closest(".c-key") && this.press(event.target.closest(".c-key").value));
    hook("next", sheet).addEventListener("click", () => this.next());
    this.form.addEventListener("submit", (event) => this.keep(event));
    this.form.addEventListener("change", () => this.reads());
    sheet.addEventListener("keydown", (event) => this.typed(event));
  }

  open() {
    this.form.reset();
    this.parts = [];
    this.key = crypto.randomUUID();
    hook("kinds", sheet).classList.remove("is-chosen");
    hook("keys", sheet).hidden = hook("keep", sheet).hidden = true;
    sheet.showModal();
  }

  choose(kind) {
    this.kind = kind;
    this.parts = kind.dataset.parts.split(" ").map((part) => part.split(":")).map(([name, decimals]) => ({ name, decimals: Number(decimals), typed: "" }));
    this.at = 0;
    hook("kinds", sheet).classList.add("is-chosen");
    hook("keys", sheet).hidden = hook("keep", sheet).hidden = false;
    hook("unit", sheet).textContent = kind.dataset.unit;
    hook("comma", sheet).disabled = this.parts[0].decimals === 0 && this.parts.length === 1;
    this.draw();
    this.reads();
  }

  get part() {
    return this.parts[this.at];
  }

  press(key) {
    const part = this.part;
    if (key === "back") part.typed = part.typed.slice(0, -1);
    else if (part.typed.length < LONGEST && !(key === "," && (part.typed.includes(",") || !part.typed))) part.typed += key;
    if (key === "back" && !part.typed && this.at) this.at -= 1;
    this.confirm = false;
    this.key = crypto.randomUUID();
    this.draw();
  }

  /** A keyboard types into it as well. */
  typed(event) {
    if (!this.parts?.length || event.target.matches("[name=audience], summary")) return;
    const key = { ".": ",", Backspace: "back", "/": "next" }[event.key] ?? event.key;
    if (key === "next") this.next();
    else if (/^[\d,]$|^back$/.test(key)) this.press(key);
    else return;
    event.preventDefault();
  }

  next() {
    this.at = Math.min(this.at + 1, this.parts.length - 1);
    this.draw();
  }

  draw(wrong = "") {
    const blank = (part, place) => part.typed || (place === this.at ? "_" : "–");
    hook("shown", sheet).textContent = this.parts.map(blank).join(" / ");
    hook("next", sheet).hidden = this.at === this.parts.length - 1;
    hook("wrong", sheet).textContent = wrong;
    hook("wrong", sheet).hidden = !wrong;
    hook("keep", sheet).textContent = this.confirm ? _("It is right, keep it") : _("Keep this measure");
  }

  reads() {
    const chosen = this.form.querySelector("[name=audience]:checked");
    hook("reads", sheet).textContent = chosen?.closest("label").textContent.trim() ?? "";
  }

  /** Numbers in the kind's unit: a blood pressure below 30 was said in centimetres. */
  values() {
    const number = ({ typed }) => Number(typed.replace(",", "."));
    const tenfold = (value) => (this.kind.value === "blood_pressure" && value < 30 ? Math.round(value * 10) : value);
    return Object.fromEntries(this.parts.map((part) => [part.name, tenfold(number(part))]));
  }

  async keep(event) {
    event.preventDefault();
    const missing = this.parts.findIndex((part) => !part.typed);
    if (missing >= 0) {
      this.at = missing;
      this.draw();
      return;
    }
    const audience = this.form.querySelector("[name=audience]:checked")?.value;
    const body = { kind: this.kind.value, values: this.values(), audience, confirm: Boolean(this.confirm) };
    const button = hook("keep", sheet);
    button.setAttribute("aria-busy", "true");
    try {
      await call("POST", `circles/${this.circle}/measures`, { body, headers: { "Idempotency-Key": this.key } });
      sheet.close();
      document.dispatchEvent(new CustomEvent("cercle:room-changed"));
    } catch (problem) {
      this.confirm = problem.code === "measures.unlikely";
      this.draw(problem.detail || _("No line. Nothing was changed. Try again when it is back."));
    } finally {
      button.removeAttribute("aria-busy");
    }
  }
}

if (sheet) new Keys();
