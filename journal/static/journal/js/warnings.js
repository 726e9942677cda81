/** Lines in the composer that must be read: who else will read, whom to call, why one cannot write. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { expectedOf } from "./draw-alert.js";
import { standingsOf } from "./circle.js";

/** "La famille lira ceci.": whom of patient and family a professional's post reaches. */
export function wideningLine(circle, audience) {
  if (circle.layPerson()) return null;
  const reached = standingsOf(audience);
  const patient = circle.patientName();
  if (reached.includes("relatives") && reached.includes("patient")) return h("p", { text: _("%(patient)s and the family will read this.", { patient }) });
  if (reached.includes("relatives")) return h("p", { text: _("The family will read this.") });
  return reached.includes("patient") ? h("p", { text: _("%(patient)s will read this.", { patient }) }) : null;
}

function number(digits, name) {
  return h("a", { class: "c-textlink", href: `tel:${digits.replaceAll(/\s/g, "")}`, "aria-label": `${name}, ${digits}` }, digits);
}

/** Patient and family: this is no emergency service, and whom to call. */
export function emergencyLine(circle) {
  return h(
    "div",
    { class: "thread-emergency" },
    h("p", { text: circle.desk ? _("This is not an emergency service. Call the Samu, the doctor on duty or the duty desk:") : _("This is not an emergency service. Call the Samu or the doctor on duty:") }),
    number("15", _("Samu")),
    number("116 117", _("doctor on duty")),
    circle.desk && number(circle.desk, _("Duty desk")),
  );
}

/** What is expected of whom, beside the field, so that it is seen before it is sent. */
export function expectedLine(circle, { to, expect }) {
  return to.length ? h("p", null, h("strong", { text: _("Expected %(who)s", { who: expectedOf(to, circle) }) }), ` ${expect}`) : null;
}

/** Why nobody, or not this reader, writes here any more. */
export function lockedLine(circle) {
  if (circle.mayWrite()) return null;
  const why = {
    frozen: _("This record is frozen: only the coordination writes here. Reading goes on."),
    closed: _("This record is closed. Reading goes on, nobody writes any more."),
    deceased: _("This record is closed because the person has died. Reading goes on."),
  }[circle.state];
  return h("p", { class: "c-impossible", text: why ?? _("You cannot write here.") });
}
