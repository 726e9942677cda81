/** "Lock on this device" under Me: set, open by the device itself, lock now, take off. Everything stays on the device. */
import { noteAwake } from "./app-lock.js";
import { person } from "./clearing.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";
import { choosePasskey, isPossible } from "./own-unlocking.js";
import { fetchLock, setCredential, setPin, takeOff, tryPin, weakness } from "./pin.js";
import { field, tellWrong } from "./sheet.js";

const root = hook("lock-settings");
const me = person();
const REASONS = {
  digits: _("Four to twelve digits."),
  same: _("Not the same digit again and again."),
  row: _("Not digits in a row."),
};

const pinField = (label, hint) => {
  const control = h("input", { class: "c-input c-lock__pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "12" });
  return { control, box: field(label, control, hint) };
};
const button = (text, click, main = false) => h("button", { type: "button", class: ["c-button", main && "c-button--main"], on: { click }, text });

function off() {
  const pin = pinField(_("PIN"), _("Four to twelve digits, for this device only."));
  const again = pinField(_("The same PIN again"));
  const submit = async (event) => {
    event.preventDefault();
    const weak = weakness(pin.control.value);
    tellWrong(pin.control, weak ? REASONS[weak] : "");
    if (weak) return;
    const differs = pin.control.value !== again.control.value;
    tellWrong(again.control, differs ? _("The two are not the same.") : "");
    if (differs) return;
    await setPin(me, pin.control.value);
    await noteAwake();
    location.reload(); // every page starts with its lock standing
  };
  return h("form", { class: "c-pinform", novalidate: true, on: { submit } }, pin.box, again.box, h("div", { class: "c-buttons" }, h("button", { type: "submit", class: "c-button c-button--main", text: _("Lock this device") })));
}

async function ownUnlocking(lock, said) {
  if (lock.credential) return button(_("Open by PIN only"), () => setCredential(me, null).then(draw));
  if (!(await isPossible())) return null;
  return button(_("Open by fingerprint, face or code of this device too"), async () => {
    try {
      await setCredential(me, await choosePasskey(me));
      await draw();
    } catch {
      said.replaceChildren(h("span", { text: _("No passkey of yours was used on this device.") }), " ", h("a", { href: "/accounts/2fa/", text: _("Passkeys and second factor") }));
    }
  });
}

async function on(lock) {
  const said = h("p", { class: "u-soft", role: "status" });
  const pin = pinField(_("PIN"));
  const submit = async (event) => {
    event.preventDefault();
    const tried = await tryPin(me, pin.control.value);
    if (!tried.right && tried.left <= 0) return lockNow();
    if (!tried.right) return tellWrong(pin.control, _("This is not the PIN."));
    await takeOff(me);
    return draw();
  };
  const lockNow = () => noteAwake(0).then(() => location.assign("/"));
  return [
    h("p", { class: "c-note c-note--done", text: lock.credential ? _("This device locks after two minutes in the background. The device's own unlocking or the PIN opens it.") : _("This device locks after two minutes in the background. The PIN opens it.") }),
    h("div", { class: "c-buttons" }, button(_("Lock now"), lockNow, true), await ownUnlocking(lock, said)),
    said,
    h("h2", { text: _("Take the lock off") }),
    h("form", { class: "c-pinform", novalidate: true, on: { submit } }, pin.box, h("div", { class: "c-buttons" }, h("button", { type: "submit", class: "c-button", text: _("Take the lock off") }))),
  ];
}

async function draw() {
  const lock = await fetchLock(me);
  root.replaceChildren(...[lock ? await on(lock) : off()].flat());
}

draw().catch(() => root.replaceChildren(h("p", { class: "c-note", text: _("This browser keeps nothing, so it can't keep a lock either.") })));
