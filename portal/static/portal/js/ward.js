/** On a ward's computer: five minutes without a key or a touch sign out, as anybody does; while somebody is here the server hears of it. */
import { get } from "./api.js";
import { leaveNothing } from "./clearing.js";
import { hook } from "./dom.js";
import { _ } from "./i18n.js";

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const TELL_MS = 60000;
const WARN_MS = 30000;
const LOOK_MS = 1000;

export function beginWard() {
  const most = Number(document.querySelector('meta[name="cercle-ward"]')?.content) * 1000;
  const form = hook("switch");
  if (!most || !form) return;
  const said = hook("idle", form);
  const usual = said.textContent;
  let used = Date.now();
  let told = used;
  let leaving = false;
  const use = () => {
    used = Date.now();
    if (used - told < TELL_MS) return;
    told = used;
    get("me").catch(() => {}); // a session that is read in for long is a session that is used
  };
  for (const sign of SIGNS) addEventListener(sign, use, { passive: true, capture: true });
  setInterval(() => {
    const left = most - (Date.now() - used);
    const words = left <= WARN_MS ? _("closes in %(n)s s without a sign of yours", { n: Math.max(0, Math.ceil(left / 5000) * 5) }) : usual;
    if (said.textContent !== words) said.textContent = words;
    if (left > 0 || leaving) return;
    leaving = true;
    leaveNothing(form);
  }, LOOK_MS);
}
