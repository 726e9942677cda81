/** A document in the thread: its first page small, its name, and a way to have it. It stands at its size from the first moment. */
import { fileSize } from "../../portal/js/file-size.js";
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { waitingOf } from "./media-words.js";
import { sharpImage } from "./sharp-images.js";

/** What follows the last dot of a name, as people call such files: "PDF". */
const sort = (name = "") => (/\.([a-z0-9]{2,5})$/i.exec(name)?.[1] ?? "").toUpperCase();

/** "PDF · 2,4 Mo · 3 pages" */
function measures({ name, bytes, pages }) {
  return [sort(name), bytes && fileSize(bytes), pages && ngettext("%(n)s page", "%(n)s pages", pages)].filter(Boolean).join(" · ");
}

export function drawDocument(medium, post) {
  const { id, name } = medium;
  const ready = medium.state === "ready";
  const place = h("span", { class: "c-document__page" }, ready && medium.pages ? sharpImage(medium, post) : icon("file"));
  const body = h(
    "span",
    { class: "c-document__body" },
    h("span", { class: "c-document__name", text: name || _("Document") }),
    h("span", { class: "c-document__more", text: measures(medium) }),
    medium.caption && h("span", { text: medium.caption }),
    ready ? h("span", { class: "c-document__act" }, icon("download", 20), _("Download")) : h("span", { class: "c-document__more", text: waitingOf(medium) }),
  );
  if (!ready) return h("div", { class: "c-document is-waiting", data: { medium: id } }, place, body);
  return h("a", { class: "c-document", href: `/api/v1/media/${id}`, download: name || "", data: { medium: id } }, place, body);
}
