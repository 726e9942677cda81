/** "Qui lira ?" and "À quel point ?": the sheet in which audience, urgency and expectation of a post are chosen. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { circleSign, icon } from "../../portal/js/signs.js";
import { answering } from "./answering.js";
import { fits, nameOf, standsIn } from "./circle.js";
import { expectation } from "./expectation.js";
import { openSheet } from "../../portal/js/sheet.js";

const NAMES = 4;

/** Who reads beside the care team, in a few words. */
function readersLine(circle, audience) {
  const readers = circle.readers(audience, circle.member);
  const outside = readers.filter((member) => standsIn(member) !== "care_team");
  const count = ngettext("%(n)s reader", "%(n)s readers", readers.length);
  if (circle.standing === "care_team" && audience === "care_team") return count;
  if (audience === "circle" && circle.standing !== "relatives") return `${readers.length} : ${_("the family reads it too")}`;
  const names = outside.map(nameOf);
  const shown = names.slice(0, NAMES).join(", ") + (names.length > NAMES ? "…" : "");
  const care = readers.length > outside.length ? [_("care")] : [];
  return readers.length ? `${readers.length} : ${[...care, shown].filter(Boolean).join(", ")}` : count;
}

function audienceOption(circle, state, audience) {
  const wide = state.replyTo && !fits(audience, state.replyTo.audience);
  const input = h("input", { type: "radio", name: "audience", value: audience, checked: state.audience === audience, disabled: wide });
  const more = wide ? _("A reply goes no further than the message it answers.") : readersLine(circle, audience);
  return h(
    "label",
    { class: ["c-option", wide && "thread-impossible"] },
    input,
    circleSign(audience, 26),
    h("span", { class: "c-option__body" }, h("span", { class: "c-option__name", text: circle.audienceName(audience) }), h("span", { class: "c-option__more", text: more })),
    icon("check"),
  );
}

function urgencySegment(state, value, label, sign) {
  const input = h("input", { type: "radio", name: "urgency", value, checked: state.urgency === value });
  return h("label", { class: ["c-segment", value === "urgent" && "c-segment--urgent"] }, input, h("span", null, sign && icon(sign, 20), label));
}

/**
 * Open the chooser for `state` {audience, urgency, to, expect, replyTo}.
 * `changed(values)` hears each choice; `seeAs(audience)` shows the thread as those readers see it.
 */
export function openChooser(circle, state, { changed, seeAs }) {
  const rest = h("div");
  const wanted = expectation(circle, state);
  const draw = () => {
    const urgent = state.urgency === "urgent";
    rest.replaceChildren(...(urgent ? [answering(circle, state)] : []), ...(state.urgency === "info" ? [] : [wanted.draw()]));
  };
  const choose = ({ target }) => {
    if (target.name !== "audience" && target.name !== "urgency") return;
    state[target.name] = target.value;
    changed({ [target.name]: target.value });
    draw();
  };
  const form = h(
    "form",
    { method: "dialog", novalidate: true, on: { change: choose, submit: (event) => wanted.check() || event.preventDefault() } },
    h("fieldset", null, h("legend", { class: "u-hidden", text: _("Who will read it?") }), circle.audiences().map((audience) => audienceOption(circle, state, audience))),
    h(
      "fieldset",
      { class: "c-sheet__part" },
      h("legend", { text: _("How much does it matter?") }),
      h("div", { class: "c-segments" }, urgencySegment(state, "info", _("Information")), urgencySegment(state, "todo", _("To do"), "todo"), urgencySegment(state, "urgent", _("Urgent"), "urgent")),
    ),
    rest,
    h("div", { class: "c-sheet__end" }, h("button", { type: "submit", class: "c-button c-button--main c-button--wide", text: _("Continue") })),
  );
  draw();
  const see = h("button", { type: "button", class: "c-textlink", on: { click: () => (dialog.close(), seeAs(state.audience)) } }, icon("eye", 20), _("See as they do"));
  const dialog = openSheet(_("Who will read it?"), form);
  // Escape, a tap outside and "Continue" close it: the head has room for its question and the view of the others.
  dialog.querySelector(".c-sheet__head button").replaceWith(see);
  dialog.addEventListener("close", () => changed(wanted.values()));
  form.querySelector("input:checked")?.focus();
  return dialog;
}
