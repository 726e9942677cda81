/** A voice note in the thread. */
import { h } from "../../portal/js/dom.js";
import { icon } from "../../portal/js/signs.js";
import { nameAndSize } from "./media-words.js";

export function drawVoice(medium) {
  return h("p", { class: "c-file", data: { medium: medium.id } }, icon("mic", 20), h("span", { text: nameAndSize(medium) }));
}
