/** Between "Send" and an urgent message on its way: where nobody is on duty, or no device can ring, its author is told so, and whom to telephone. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { calls, expectedOf } from "./draw-alert.js";
import { fully, NO_DEVICE } from "./reach-rungs.js";
import { fetchReach, knownReach } from "./reach.js";
import { Times } from "./times.js";

const PATIENCE_MS = 1500;
const LEFT = Symbol("left");

/**
 * Whether the urgent message that stands in `composer` goes now. An answer that is slow, or none, holds nothing up: then its author
 * hears that it is not known who will hear it. Without a line the outbox says what happens. Whoever leaves the page meanwhile has
 * sent it: a draft tells nobody.
 */
export async function mayGo(composer) {
  const { circle, state, form, parts } = composer;
  if (parts.send.hasAttribute("aria-busy")) return false;
  if (!navigator.onLine) return true;
  parts.send.setAttribute("aria-busy", "true");
  try {
    const reach = knownReach(circle.id, state) ?? (await unlessLeft(fetchReach(circle.id, state, PATIENCE_MS)));
    if (reach === LEFT) return composer.begun;
    if (!reach) composer.say(_("It is not known who can be reached now. The message goes all the same."));
    return (reach && (reach.nobody || !reach.rings) ? await warn(form.closest("main"), circle, state, reach) : true) && composer.begun;
  } finally {
    parts.send.removeAttribute("aria-busy");
  }
}

/** What `answer` gives, or LEFT as soon as the page is left or hidden. */
async function unlessLeft(answer) {
  const over = new AbortController();
  const left = new Promise((done) => {
    addEventListener("pagehide", () => done(LEFT), { signal: over.signal });
    document.addEventListener("visibilitychange", () => document.hidden && done(LEFT), { signal: over.signal });
  });
  try {
    return await Promise.race([answer, left]);
  } finally {
    over.abort();
  }
}

function asleep(until, times) {
  if (!until) return ["moon", _("Nobody is on duty"), _("This message stays open and is told again as soon as somebody is on duty.")];
  const title = _("Nobody is on duty before %(time)s", { time: times.moment(until) });
  return ["moon", title, _("This message stays open and is told again %(time)s.", { time: times.atMoment(until) })];
}

function warning(circle, { nobody, until }, times) {
  const [sign, title, then] = nobody ? asleep(until, times) : ["alert", NO_DEVICE(), _("Those on duty are told by e-mail or SMS, which they may read late. Telephone.")];
  return h("div", { class: "c-night" }, h("p", { class: "c-night__title" }, icon(sign), h("span", { text: title })), h("p", { text: `${_("Cercle is not an emergency service.")} ${then}` }), calls(circle, _("Samu, life in danger")));
}

/** Over the thread, below the banner; gives whether to send all the same. */
function warn(main, circle, state, reach) {
  return new Promise((done) => {
    const view = { circle, times: new Times(circle.zone) };
    const under = [...main.children].filter((node) => !node.matches(".c-banner, [data-cercle-said], [data-cercle-announce], [data-cercle-line]") && !node.inert);
    const back = main.querySelector(".c-banner a[href='/']");
    const end = (send) => {
      screen.remove();
      for (const node of under) node.inert = false;
      back?.removeEventListener("click", leave);
      done(send);
    };
    const leave = (event) => (event.preventDefault(), end(false));
    const expected = state.to?.length > 0 && h("div", { class: "c-expected" }, h("span", { class: "c-expected__of", text: _("Expected %(who)s", { who: expectedOf(state.to, circle) }) }), state.expect && h("span", { class: "c-expected__what", text: state.expect }));
    const screen = h(
      "section",
      { class: "c-alert c-before", role: "alertdialog", "aria-labelledby": "before-title", on: { keydown: (event) => event.key === "Escape" && end(false) } },
      h("div", { class: "c-before__body" }, h("h2", { id: "before-title", tabindex: "-1", text: _("Before this urgent message goes") }), warning(circle, reach, view.times), expected, h("h3", { text: _("Who will be told, and when") }), fully(reach, view)),
      h("div", { class: "c-dock" }, h("button", { type: "button", class: "c-button", on: { click: () => end(false) }, text: _("Go back") }), h("button", { type: "button", class: "c-button c-button--main", on: { click: () => end(true) }, text: _("Send all the same") })),
    );
    for (const node of under) node.inert = true;
    back?.addEventListener("click", leave);
    main.append(screen);
    screen.querySelector("h2").focus();
  });
}
