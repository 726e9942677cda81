/** A document in the thread. */
import { h } from "../../portal/js/dom.js";
import { icon } from "../../portal/js/signs.js";
import { nameAndSize } from "./media-words.js";

export function drawDocument(medium) {
  return h("p", { class: "c-file", data: { medium: medium.id } }, icon("file", 20), h("span", { text: nameAndSize(medium) }));
}
