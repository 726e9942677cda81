/** In the chooser, for an urgent message: who can answer now, and what happens if they do not. */
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { nameOf } from "./circle.js";
import { calls } from "./draw-alert.js";
import { briefly, NO_DEVICE } from "./reach-rungs.js";
import { fetchReach } from "./reach.js";
import { Times } from "./times.js";

const part = (...children) => h("div", { class: "c-sheet__part c-answers", "aria-live": "polite" }, children);

/** What the page knows by itself: who reads it and can take it. */
function offhand(circle, audience) {
  const able = circle.readers(audience, circle.member).filter((member) => circle.canTake(member));
  if (!able.length) return [h("p", null, h("strong", { text: _("Nobody of those who can take it is there now.") })), calls(circle)];
  return [h("p", null, h("strong", { text: ngettext("%(n)s person can take it", "%(n)s people can take it", able.length) })), h("p", { class: "u-soft", text: able.map(nameOf).join(", ") })];
}

function answered(reach, view) {
  if (!reach.nobody && !reach.rings) return [h("p", { class: "c-night__title" }, icon("alert"), h("strong", { text: NO_DEVICE() })), calls(view.circle), briefly(reach, view)];
  if (!reach.nobody) return [h("p", null, h("strong", { text: _("Who is told, and when") })), briefly(reach, view)];
  const words = reach.until ? _("Nobody is on duty before %(time)s", { time: view.times.moment(reach.until) }) : _("Nobody is on duty");
  return [h("p", { class: "c-night__title" }, icon("moon"), h("strong", { text: words })), calls(view.circle), briefly(reach, view)];
}

/** The part of the sheet for `state` {audience, to}: at once what the page knows, then what the server says of hours and devices. */
export function answering(circle, { audience, to }) {
  const node = part(offhand(circle, audience));
  const view = { circle, times: new Times(circle.zone) };
  fetchReach(circle.id, { audience, to }).then((reach) => {
    if (reach) node.replaceChildren(...answered(reach, view));
    else node.append(h("p", { text: _("It is not known who can be reached now.") }));
  });
  return node;
}
