/* The thumbnails that are drawn now. A post that is drawn again keeps the pictures that it had: another <img> of the same
 * address would be fetched again, because nothing of a patient may be kept by the browser, and would flash. */
import { h } from "../../portal/js/dom.js";

const MOST = 120;
const TRIES = 3;
const kept = new Map();

export function sharpImage(medium, post) {
  const key = `${post.id} ${medium.id}`;
  const image = kept.get(key) ?? load(medium);
  kept.delete(key);
  kept.set(key, image);
  if (kept.size > MOST) kept.delete(kept.keys().next().value);
  return image;
}

function load({ id, width, height }) {
  const image = h("img", { class: "c-photo__sharp", alt: "", decoding: "async", width, height, src: `/api/v1/media/${id}/thumbnail` });
  let left = TRIES;
  // No line, or a file that is not told to everybody yet: ask again when the server next answers something.
  image.addEventListener("error", () => {
    if (left-- > 0) addEventListener("cercle:contact", () => image.isConnected && (image.src = image.src), { once: true });
  });
  return image;
}
