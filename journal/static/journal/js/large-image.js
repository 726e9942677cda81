/** A photo as large as its place: nothing is fetched before one asks to look at it. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";

/** A picture in the place that it takes: what was in the thread at once, then the content, asked for again when the line is back. */
export function largeImage({ medium, alt }) {
  const image = h("img", { class: "c-viewer__photo", alt, draggable: "false", src: `/api/v1/media/${medium.id}` });
  const place = h("div", { class: "c-viewer__place" }, h("div", { class: "c-viewer__layer" }, h("img", { alt: "", draggable: "false", src: `/api/v1/media/${medium.id}/thumbnail` }), image));
  const missing = h("p", { class: "c-viewer__missing", role: "alert", text: _("No line. The photo is there when it is back.") });
  image.addEventListener("load", () => missing.remove());
  image.addEventListener("error", () => {
    if (!missing.isConnected) place.append(missing);
    whenBack(() => image.isConnected && (image.src = image.src));
  });
  return place;
}

/** Once: the device has a line, or the server has answered something. */
function whenBack(act) {
  const heard = new AbortController();
  const back = () => (heard.abort(), act());
  for (const event of ["online", "cercle:contact"]) addEventListener(event, back, { signal: heard.signal });
}
