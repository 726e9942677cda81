/** The guide on "Alerts on my devices": what this browser can do, and the one thing to do next. */
import { NoLine } from "./api.js";
import { h } from "./dom.js";
import { _ } from "./i18n.js";
import { stepsToAllow, stepsToInstall } from "./push-steps.js";
import { icon } from "./signs.js";

const TROUBLE = {
  dismissed: () => _("You have not answered the question of the browser. Press the button again, then “Allow”."),
  unsupported: () => _("This browser can show no notifications."),
  "no-worker": () => _("This browser has not finished setting Cercle up. Load the page again, then press the button."),
  "no-service": () => _("This browser reaches no push service: it has none, or a network or a setting forbids it. Try another browser, or another network."),
};

const title = (sign, words) => h("h2", { class: "c-guide__title" }, icon(sign), h("span", { text: words }));
const others = () => h("a", { class: "c-textlink", href: "/me/preferences" }, icon("mail", 20), h("span", { text: _("Until then, be told by e-mail or by text message") }));
const button = (words, click, main = true) => h("button", { type: "button", class: ["c-button", main && "c-button--main"], on: { click }, text: words });

function off({ subscribe, system }) {
  const wrong = h("p", { role: "alert" });
  const on = button(_("Switch alerts on here"), async () => {
    on.setAttribute("aria-busy", "true");
    wrong.replaceChildren();
    try {
      await subscribe();
    } catch (error) {
      wrong.replaceChildren(sentence(error));
    } finally {
      on.removeAttribute("aria-busy");
    }
  });
  const phone = system === "Android" || system === "iPhone" || system === "iPad";
  return [
    title("bell", phone ? _("Let this phone alert you?") : _("Let this computer alert you?")),
    h("p", { text: _("The browser will ask whether Cercle may send notifications: answer “Allow”. A test follows at once.") }),
    h("div", { class: "c-buttons" }, on),
    wrong,
  ];
}

function sentence(error) {
  if (error instanceof NoLine) return _("No line. Nothing was changed. Try again when it is back.");
  return TROUBLE[error.code]?.() ?? (error.detail || _("That did not work. Try again in a few minutes."));
}

function on({ unsubscribe, trial }) {
  const wrong = h("p", { role: "alert" });
  const stop = button(_("No more alerts here"), () => unsubscribe().catch((error) => wrong.replaceChildren(sentence(error))), false);
  return [title("check", _("Alerts are on, on this device")), h("div", { class: "c-buttons" }, button(_("Try this device"), trial), stop), wrong];
}

const denied = (known) => [
  title("alert", _("Notifications are refused in this browser")),
  h("p", { text: _("Cercle cannot ask again by itself. To allow them:") }),
  stepsToAllow(known),
  h("div", { class: "c-buttons" }, button(_("I have allowed them"), () => location.reload())),
  others(),
];

const install = (known) => [
  title("home-screen", known.system === "iPad" ? _("On an iPad: add Cercle to the home screen first") : _("On an iPhone: add Cercle to the home screen first")),
  h("p", { text: _("Apple lets only apps of the home screen ring. It takes a minute, once.") }),
  stepsToInstall(known),
];

const old = (known) => [
  title("alert", _("This device has iOS %(version)s: alerts need 16.4 or later", { version: known.version })),
  h("p", { text: _("Settings, General, Software Update. Where no newer version is offered, this device cannot ring for Cercle.") }),
  others(),
];

const insecure = () => [
  title("lock", _("This address is not protected, so browsers let it send no notifications")),
  h("p", { text: _("Open Cercle by its address that begins with https. If there is none, tell whoever runs the service.") }),
  others(),
];

const none = () => [
  title("alert", _("This browser can show no notifications")),
  h("p", { text: _("A private window shows none either. These can: Chrome, Edge, Firefox and Samsung Internet on Android and on a computer, Safari on a Mac, an iPhone and an iPad.") }),
  others(),
];

const SUPPORT = { install, old, insecure, none };

/**
 * Draw what holds into `place`. `known` as `platform()` gives it; `device`: whether this browser is one of the reader's devices;
 * `acts`: subscribe(), unsubscribe(), trial().
 */
export function drawGuide(place, known, device, acts) {
  const parts = SUPPORT[known.support]?.(known) ?? (known.permission === "denied" ? denied(known) : device ? on(acts) : off({ ...acts, ...known }));
  place.replaceChildren(h("div", { class: ["c-guide__box", device && known.support === "ready" && "is-on"] }, parts));
}
