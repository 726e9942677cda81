/**
 * What every page does so that nothing of a patient stays behind on a device: it looks who is signed in and how long ago
 * the server was last heard, locks away what is whose session is over, and leaves no readable page behind.
 */
import { h } from "./dom.js";
import { _, ngettext } from "./i18n.js";
import { fetchNote, forgetNote, within } from "./kept-database.js";
import { isTooLong, noteContact } from "./last-contact.js";
import { leavePushes } from "./push-leaving.js";
import { forgetPerson, keyOf, lockAway } from "./sealed-keys.js";
import { countKept } from "./sealed-store.js";

const LOOK_MS = 60 * 1000;
const PATIENCE_MS = 4000;
let leaving = false;
const patience = () => new Promise((done) => setTimeout(done, PATIENCE_MS));

/** The id of who was signed in when the server made this page, or "". */
export function person() {
  return document.querySelector('meta[name="cercle-person"]')?.content ?? "";
}

/** Nothing of the page is to be seen or read out any more, whatever its scripts still do. */
export function cover() {
  document.documentElement.setAttribute("data-cercle-covered", "");
}

export function uncover() {
  if (!leaving) document.documentElement.removeAttribute("data-cercle-covered");
}

/** Do `work`, again whenever the line comes back, until it has not thrown. */
export async function callWhenLine(work) {
  while (true) {
    try {
      return await work();
    } catch {
      await new Promise((again) => {
        addEventListener("online", again, { once: true });
        setTimeout(again, LOOK_MS);
      });
    }
  }
}

/** The keys go before the server shows its page. */
async function leave(...more) {
  if (!person()) return;
  leaving = true;
  cover();
  await Promise.race([Promise.allSettled([lockAway(), ...more.map((work) => work())]), patience()]);
  location.reload();
}

/** The session is over, by whatever end. */
const signedOut = () => leave(leavePushes);

/** Nothing was heard for too long; alerts that still come are its session's until the server says that it is over. */
async function look() {
  if (await isTooLong()) leave();
}

/** The server has just said who is here: nobody else's keys are needed. A page kept for when there is no line says nothing. */
async function arrive() {
  const late = await isTooLong();
  if (document.querySelector('meta[name="cercle-no-contact"]')) return late ? lockAway() : undefined;
  await lockAway({ but: late ? null : person() });
  if (!person()) return tellWhatWaits();
  await noteContact();
  await keyOf(person()); // at hand before the line goes
}

/** Before signing in: how much lies here sealed, and what could not be kept. It names nobody. */
async function tellWhatWaits() {
  const place = document.querySelector(".c-signin h1");
  const [waiting, lost] = [await countKept("outbox"), (await fetchNote("lost"))?.posts ?? 0];
  if (!place) return;
  const said = [
    lost && ngettext("%(n)s message that was not sent is lost: this device could not keep it sealed.", "%(n)s messages that were not sent are lost: this device could not keep them sealed.", lost),
    waiting && ngettext("%(n)s message is not sent yet.", "%(n)s messages are not sent yet.", waiting),
    waiting && _("What waits here is sealed: nobody reads it on this device. It goes when its author signs in here again."),
  ];
  place.after(...said.filter(Boolean).map((text) => h("p", { class: "c-note", role: "status", text })));
  await forgetNote("lost");
}

/** Whether words of `person` are kept; that they have looked at a thread is not worth keeping. */
async function hasWords(person) {
  const ids = (store) => within(store, "readonly", (records) => records.index("person").getAllKeys(person));
  return [...(await ids("outbox")), ...(await ids("drafts"))].some(([, id]) => !id.startsWith("visit:"));
}

/** What this person has no more use for goes, the rest is locked away. */
async function putAway() {
  const pushes = leavePushes().catch(() => {});
  if (!(await hasWords(person()))) await forgetPerson(person());
  await Promise.all([lockAway(), pushes]);
}

/** Sign out by `form`, with nothing readable left behind. */
export async function leaveNothing(form) {
  // A browser that keeps nothing has nothing to leave; one that does not answer keeps nobody signed in.
  await Promise.race([putAway().catch(() => {}), patience()]);
  leaving = true;
  cover();
  form.submit();
}

export function beginClearing() {
  // A page that went back into memory is never shown again as it was.
  addEventListener("pagehide", () => {
    leaving = true;
    cover();
  });
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("cercle:contact", () => person() && noteContact().catch(() => {}));
  document.addEventListener("cercle:signed-out", signedOut);
  document.addEventListener("visibilitychange", () => !document.hidden && look().catch(() => {}));
  setInterval(() => look().catch(() => {}), LOOK_MS);
  arrive().catch(() => {});
}
