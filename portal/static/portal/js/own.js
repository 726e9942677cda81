/** The patient's own page: speaking, writing, and keeping the last word and who has read as they are now. */
import { put } from "./api.js";
import { h, hook } from "./dom.js";
import { whyRefused } from "./file-words.js";
import { fetchFragment } from "./fragments.js";
import { _ } from "./i18n.js";
import { Outbox } from "./outbox.js";
import { OwnSpeaking } from "./own-speak.js";
import { liveSocket } from "./socket.js";
import { voice } from "./voice.js";
import "./voice-player.js";

const QUIET_MS = 400;
const root = hook("own");
const circle = root.dataset.cercleOwn;
const words = hook("own-words", root);
const said = hook("own-said", root);

/** What stands on the screen is read, where it is all that there was to read. */
function markRead() {
  const seq = Number(words.querySelector("[data-cercle-own-seq]")?.dataset.cercleOwnSeq);
  if (seq && !document.hidden) put(`circles/${circle}/read`, { seq }).catch(() => {});
}

let timer = null;
function freshen() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    try {
      const now = await fetchFragment(`/circles/${circle}/own/words`);
      const act = words.contains(document.activeElement) && document.activeElement.dataset.cercleAct;
      words.replaceChildren(now);
      if (act) words.querySelector(`[data-cercle-act="${act}"]`)?.focus();
      markRead();
    } catch {
      // Without a line the page stays as it was.
    }
  }, QUIET_MS);
}

/** Who is around has changed: the page is drawn anew, but never under words that are being written, nor while a note sounds. */
function redraw() {
  if (voice.playing) return voice.addEventListener("change", redraw, { once: true });
  if (!speaking?.busy && (!form || form.hidden || !form.elements.text.value.trim())) location.reload();
}

const form = hook("own-form", root);
let speaking = null;
const watch = liveSocket().watch(circle, {
  after: Number(root.dataset.cercleHead),
  epoch: root.dataset.cercleEpoch,
  items: (items) => (items.some((item) => item.member || item.contact || item.state) ? redraw() : freshen()),
  receipts: freshen,
  reset: redraw,
  ended: () => location.assign("/"),
  refused: () => location.assign("/"),
});
addEventListener("pagehide", () => watch.stop());
document.addEventListener("visibilitychange", markRead);
document.addEventListener("cercle:signed-out", () => location.reload());
markRead();
if (form) beginWriting(hook("own-write", root));

function beginWriting(button) {
  const person = document.querySelector('meta[name="cercle-person"]').content;
  const outbox = new Outbox(person);
  const field = form.elements.text;
  const say = (words) => (said.textContent = words);
  speaking = new OwnSpeaking(root, { person, circle, say, send: (body, attachments) => outbox.add(circle, body, attachments) });
  button.addEventListener("click", () => {
    form.hidden = !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) field.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return field.focus();
    said.textContent = _("Sending…");
    field.value = "";
    await outbox.add(circle, { text, audience: form.elements.audience.value, urgency: "info" });
  });
  outbox.addEventListener("sent", () => {
    said.textContent = _("Your message is sent.");
    freshen();
    if (form.hidden || field.value.trim()) return;
    form.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  });
  /** Why it cannot go, until she throws it away. */
  function sayRefused({ id, reason, attachments: [file] = [] }) {
    if (said.querySelector(`[data-cercle-record="${id}"]`)) return;
    const away = () => {
      say("");
      outbox.discard(id);
      button.focus();
    };
    said.replaceChildren(reason || whyRefused(file), h("button", { type: "button", class: "c-ownbutton", data: { record: id }, on: { click: away }, text: _("Throw away") }));
  }
  outbox.addEventListener("change", () => {
    const left = outbox.of(circle);
    const refused = left.find((record) => record.state === "refused");
    if (refused) sayRefused(refused);
    else if (left.some((record) => record.state === "waiting") && !navigator.onLine) said.textContent = _("Not sent yet: it leaves by itself as soon as the line is back.");
  });
  outbox.load();
}
