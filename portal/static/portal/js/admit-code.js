/** The code on the screen: until when it runs, who came in by it, and one tap to undo that. */
import { get, remove } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";
import { titled } from "./trades.js";

const EVERY_MS = 2000;

/** Shows `made` (the answer with `image` and `expires_at`) in the sheet, and looks every two seconds whether somebody has come. */
export function showCode(sheet, circle, made) {
  const place = hook("code", sheet);
  const ends = new Date(made.expires_at).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  const words = h("p", { text: _("Hold the phone's camera on it. It runs until %(time)s and lets one person in.", { time: ends }) });
  place.replaceChildren(h("img", { class: "c-code__image", src: made.image, alt: _("QR code of the invitation"), width: "264", height: "264" }), words);
  hook("asked", sheet).hidden = true;
  sheet.querySelector(".c-sheet__end").hidden = true;
  place.hidden = false;
  const address = `circles/${circle}/invitations/${made.id}`;
  const timer = setInterval(async () => {
    const now = await get(address).catch(() => null);
    if (!now || now.state === "pending") return;
    clearInterval(timer);
    place.replaceChildren(...(now.state === "accepted" ? entered(circle, now.member) : [h("p", { text: _("The code is over.") })]));
  }, EVERY_MS);
  sheet.addEventListener("close", () => {
    clearInterval(timer);
    location.reload(); // it still runs, and stands in the list with its way to withdraw it
  }, { once: true });
}

function entered(circle, member) {
  if (!member) return [h("p", { class: "c-note c-note--done", text: _("This person is in the circle already.") })];
  const undo = async () => {
    await remove(`circles/${circle}/members/${member.id}`, { reason: "" });
    location.reload();
  };
  return [
    h("p", { class: "c-note c-note--done", text: _("%(name)s has come in.", { name: titled(member.person) }) }),
    h("button", { class: "c-button", type: "button", on: { click: () => undo().catch(() => location.reload()) }, text: _("Undo") }),
  ];
}
