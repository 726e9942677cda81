/** What every page does for unsent words: the service worker, sending what was left, and asking before a sign-out. */
import { leaveNothing, person } from "./clearing.js";
import { h } from "./dom.js";
import { _, ngettext } from "./i18n.js";
import { Outbox } from "./outbox.js";
import { forgetStrays } from "./sealed-files.js";
import { countKept } from "./sealed-store.js";
import { openSheet } from "./sheet.js";

const GO_MS = 10000;
const PATIENCE_MS = 4000; // a store that does not answer keeps nobody signed in

/** Register the worker: as a module where that is possible, else the shell alone. Without one the pages work all the same. */
async function beginWorker() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js", { type: "module" });
  } catch {
    await navigator.serviceWorker.register("/sw-plain.js").catch(() => {});
  }
}

/** The outbox of who is signed in, where this browser keeps anything at all. */
async function kept() {
  if (!person() || !(await countKept("outbox").catch(() => 0))) return null;
  const outbox = new Outbox(person());
  await outbox.load();
  return outbox;
}

/** Ends when nothing waits any more, or after ten seconds. */
function gone(outbox) {
  const waiting = () => outbox.waiting.length > 0;
  return new Promise((done) => {
    const timer = setTimeout(() => done(!waiting()), GO_MS);
    const look = () => !waiting() && (clearTimeout(timer), done(true));
    outbox.addEventListener("change", look);
    outbox.flush();
    look();
  });
}

function askFirst(outbox, signOut) {
  const n = outbox.unsent.length;
  const said = h("p", { role: "status", text: ngettext("%(n)s message is not sent yet.", "%(n)s messages are not sent yet.", n) });
  const choice = (label, act, main) => h("button", { type: "button", class: ["c-button", "c-button--wide", main && "c-button--main"], on: { click: act }, text: label });
  const send = async () => {
    said.textContent = _("Sending…");
    if ((await gone(outbox)) && !outbox.unsent.length) signOut();
    else said.textContent = _("Not all could be sent. They are still here.");
  };
  const throwAway = async () => {
    await outbox.throwAllAway();
    signOut();
  };
  const buttons = [choice(_("Send, then sign out"), send, true), choice(_("Keep for me, sign out"), signOut), choice(_("Throw away, sign out"), throwAway)];
  openSheet(_("Before you sign out"), h("div", { class: "c-sheet__part" }, said, h("p", { class: "u-soft", text: _("What is kept stays sealed on this device and goes when you sign in here again.") }), h("div", { class: "c-buttons c-buttons--stack" }, buttons)));
}

/** A form with data-cercle-sign-out is sent only after unsent posts have been spoken of. */
function beginSignOut() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-cercle-sign-out]");
    if (!form) return;
    event.preventDefault();
    const outbox = await Promise.race([kept(), new Promise((done) => setTimeout(done, PATIENCE_MS, null))]);
    const signOut = () => leaveNothing(form);
    if (outbox?.unsent.length) askFirst(outbox, signOut);
    else signOut();
  });
}

export function beginKeeping() {
  beginWorker();
  beginSignOut();
  if (person()) forgetStrays(person()).catch(() => {});
  // A thread has an outbox of its own.
  if (!document.querySelector("cercle-thread")) kept();
}
