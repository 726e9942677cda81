/** A photo as large as its place: nothing is fetched before one asks to look at it. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";

/** A picture in the place that it takes: what was in the thread at once, then the content. */
export function largeImage({ medium, alt }) {
  const image = h("img", { class: "c-viewer__photo", alt, draggable: "false", src: `/api/v1/media/${medium.id}` });
  const place = h("div", { class: "c-viewer__place is-loading" }, h("div", { class: "c-viewer__layer" }, h("img", { alt: "", draggable: "false", src: `/api/v1/media/${medium.id}/thumbnail` }), image));
  image.addEventListener("load", () => place.classList.remove("is-loading"));
  image.addEventListener("error", () => place.append(h("p", { class: "c-viewer__missing", role: "alert", text: _("No line. The photo is there when it is back.") })));
  return place;
}
