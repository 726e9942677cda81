/** "Qu'attendez-vous, et de qui ?": of which roles or people, and in which words. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { nameOf } from "./circle.js";
import { field, tellWrong } from "../../portal/js/sheet.js";
import { roleName } from "../../portal/js/trades.js";

/** Those who read the audience and may take: their roles first, then the people themselves. */
function candidates(circle, audience) {
  const able = circle.readers(audience, circle.member).filter((member) => circle.canTake(member));
  const roles = [...new Set(able.map((member) => member.role))].map((role) => [role, roleName(role)]);
  return { roles, people: able.map((member) => [member.id, nameOf(member)]) };
}

export function expectation(circle, state) {
  const to = new Set(state.to);
  const words = h("input", { class: "c-input", type: "text", maxlength: "300", autocomplete: "off", value: state.expect ?? "" });
  const box = ([value, label]) => {
    const input = h("input", { type: "checkbox", value, checked: to.has(value), on: { change: () => (input.checked ? to.add(value) : to.delete(value)) } });
    return h("label", { class: "c-check" }, input, h("span", { text: label }));
  };
  let offered = new Set();

  return {
    draw() {
      const { roles, people } = candidates(circle, state.audience);
      offered = new Set([...roles, ...people].map(([value]) => value));
      for (const value of to) if (!offered.has(value)) to.delete(value);
      return h(
        "fieldset",
        { class: "c-sheet__part" },
        h("legend", { text: _("What do you expect, and of whom?") }),
        roles.length === 0 && h("p", { text: _("Nobody who reads this can take it. Choose more readers.") }),
        h("div", { class: "thread-choices" }, roles.map(box)),
        people.length > 0 && h("details", { class: "thread-people" }, h("summary", { text: _("Somebody in particular") }), people.map(box)),
        field(_("What should they do?"), words, _("For example: see her or call me before noon.")),
      );
    },
    /** Whoever is named must know what for. */
    check() {
      const missing = state.urgency !== "info" && to.size > 0 && !words.value.trim();
      if (missing) tellWrong(words, _("Write what you expect of them, in one line."));
      return !missing;
    },
    values() {
      const asked = state.urgency !== "info" && words.value.trim();
      return { to: asked ? [...to] : [], expect: asked && to.size ? words.value.trim() : "" };
    },
  };
}
