/** A form as it will be filled, for who draws it up: conditions and bounds work, nothing is kept or sent. */
import { h, hook, pageData } from "./dom.js";
import { FormView } from "./form-view.js";
import { _ } from "./i18n.js";

/** Photos stay where they are. */
class Unsent extends EventTarget {
  list = [];

  async add(file, { kind, name, ...facts }) {
    const one = { id: crypto.randomUUID(), file, kind, name, facts, state: "ready", medium: crypto.randomUUID() };
    this.list.push(one);
    return one;
  }

  async remove(id) {
    this.list = this.list.filter((one) => one.id !== id);
  }

  async content(id) {
    return this.list.find((one) => one.id === id)?.file;
  }
}

const form = hook("form-preview");
const view = new FormView(pageData("sheet-questions"), new Unsent());
const said = hook("preview-said", form);
hook("sheet-place", form).replaceChildren(view.node);
view.addEventListener("change", () => said.replaceChildren());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const well = view.check();
  said.replaceChildren(h("p", { class: "c-note", text: well ? _("All is answered as the form asks.") : _("Some answers are missing or not as asked. They are marked above; nothing is lost.") }));
});
