/** What somebody has to do outside of this page before it can alert them: steps by browser, in words and with the sign to look for. */
import { h } from "./dom.js";
import { _ } from "./i18n.js";
import { icon } from "./signs.js";

const sign = (name, words) => h("span", { class: "c-guide__sign" }, icon(name, 20), h("span", { class: "u-hidden", text: words }));

/** Steps to the home screen of an iPhone or iPad; `browser` says where its share sign stands. */
function installing({ system, browser }) {
  const places = {
    Safari: system === "iPad" ? _("In the bar at the top, touch the share sign") : _("In the bar at the bottom, touch the share sign"),
    other: _("Beside the address, touch the share sign"),
  };
  return [
    [places[browser] ?? places.other, sign("share", _("a square with an arrow upwards"))],
    [_("Scroll down and choose “Add to Home Screen”"), sign("home-screen", _("a square with a plus"))],
    [_("Touch “Add”")],
    [_("Open Cercle by its new sign on the home screen, sign in, and come back to this page: Me, then Alerts on my devices")],
  ];
}

const UNDOING = {
  apple: () => [_("Open the Settings of this device"), _("Choose Notifications, then Cercle"), _("Switch on “Allow Notifications”")],
  app: () => [_("Open the Settings of this device"), _("Choose Apps, then Cercle, then Notifications"), _("Allow notifications")],
  android: () => [_("Touch the sign left of the address"), _("Choose Permissions, then Notifications"), _("Choose “Allow”")],
  chrome: () => [_("Click the sign left of the address"), _("Switch Notifications on, or choose “Reset permission”"), _("Load the page again")],
  Firefox: () => [_("Click the sign left of the address, the one with the crossed-out bubble"), _("Beside “Send notifications”, take “Blocked” away"), _("Load the page again")],
  Safari: () => [_("In the menu Safari, choose Settings, then Websites"), _("Choose Notifications on the left"), _("Beside this address, choose “Allow”")],
};

function undoing({ system, browser, apple, installed }) {
  if (apple) return UNDOING.apple();
  if (system === "Android") return installed ? UNDOING.app() : UNDOING.android();
  return (UNDOING[browser] ?? UNDOING.chrome)();
}

const list = (steps) => h("ol", { class: "c-guide__steps" }, steps.map((step) => h("li", null, h("span", null, step))));

/** Numbered steps to the home screen. */
export const stepsToInstall = (known) => list(installing(known));

/** Numbered steps to take back a refusal in this browser. */
export const stepsToAllow = (known) => list(undoing(known));
