/** What a post carries: photos side by side, then voice notes and documents, each drawn by its own module. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { drawDocument } from "./draw-document.js";
import { drawPhotos } from "./draw-photos.js";
import { drawVoice } from "./draw-voice.js";
import { nameAndSize, refusalOf } from "./media-words.js";

/** Everything that `post` carries, or null; a retracted post carries nothing. */
export function drawMedia(post, view) {
  if (!post.media?.length || post.retracted_at) return null;
  const kept = post.media.filter((medium) => medium.state !== "refused");
  const of = (kind) => kept.filter((medium) => medium.kind === kind);
  return h(
    "div",
    { class: "c-media" },
    drawPhotos(of("photo"), post, view),
    of("voice").map((medium) => drawVoice(medium, post, view)),
    of("document").map((medium) => drawDocument(medium, post, view)),
    post.media.filter((medium) => medium.state === "refused").map((medium) => refused(medium, post, view)),
  );
}

const removed = {
  photo: () => _("Photo removed: it could not be shown."),
  voice: () => _("Voice note removed: it could not be played."),
  document: () => _("Document removed: it could not be opened."),
};

/** The author hears why; the others that there was something. */
function refused(medium, post, view) {
  const own = post.author.member === view.circle.member;
  const words = own ? [h("b", { text: nameAndSize(medium) }), " ", refusalOf(medium)] : removed[medium.kind]();
  return h("p", { class: "c-media__refused", data: { medium: medium.id } }, icon("alert", 20), h("span", null, words));
}
