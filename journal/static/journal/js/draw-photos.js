/* Photos in the thread: one alone large, two side by side at one scale, more in a row that scrolls. Each place has its
 * proportions before its picture is there, so nothing moves when that arrives. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { siteName } from "../../portal/js/sites.js";
import { nameAndSize, waitingOf } from "./media-words.js";
import { sharpImage } from "./sharp-images.js";

// A photo without known size, and the most that one place may be narrow or wide: beyond it the picture lies on a ground.
const USUAL = 4 / 3;
const NARROWEST = 0.5;
const WIDEST = 2;

export function drawPhotos(media, post, view) {
  if (!media.length) return null;
  const form = media.length > 2 ? "row" : media.length === 2 ? "pair" : "one";
  return h("ul", { class: `c-photos c-photos--${form}` }, media.map((medium) => photo(medium, post, view)));
}

/** Width by height of the place that a photo takes. */
export function ratioOf({ width, height }) {
  return width && height ? Math.min(WIDEST, Math.max(NARROWEST, width / height)) : USUAL;
}

function photo(medium, post, view) {
  const ready = medium.state === "ready";
  const node = h("li", { class: ["c-photo", !ready && "is-waiting"], data: { medium: medium.id } }, ready ? opening(medium, post, view) : place(medium), caption(medium, view));
  node.style.setProperty("--ratio", ratioOf(medium));
  return node;
}

function opening(medium, post, view) {
  const label = [_("Open the photo"), medium.caption, siteName(medium.site), medium.taken_at && view.times.shortDay(medium.taken_at)].filter(Boolean).join(", ");
  return h(
    "button",
    { type: "button", class: "c-photo__open", "aria-label": label, data: { act: `photo ${medium.id}` } },
    medium.placeholder && h("img", { class: "c-photo__blurred", src: medium.placeholder, alt: "" }),
    sharpImage(medium, post),
  );
}

/** Not there yet: the grey place with name and size. */
function place(medium) {
  return h("div", { class: "c-photo__place" }, icon("image"), h("span", { class: "c-photo__name", text: nameAndSize(medium) }), h("span", { text: waitingOf(medium) }));
}

function caption(medium, view) {
  const words = medium.caption || siteName(medium.site);
  if (!medium.taken_at && !words) return null;
  return h("div", { class: "c-photo__caption" }, medium.taken_at && h("time", { datetime: medium.taken_at, text: view.times.shortDay(medium.taken_at) }), words && h("b", { text: words }));
}
