/** What a post says in a few words where there is no room for more: its text, else what it carries. */
import { _, ngettext } from "../../portal/js/i18n.js";

const WORDS = {
  photo: (n) => (n > 1 ? ngettext("%(n)s photo", "%(n)s photos", n) : _("Photo")),
  voice: (n) => (n > 1 ? ngettext("%(n)s voice note", "%(n)s voice notes", n) : _("Voice note")),
  document: (n) => (n > 1 ? ngettext("%(n)s document", "%(n)s documents", n) : _("Document")),
};

/** "2 photos · Voice note", from the kinds of the files in their order. */
export function kindsInWords(kinds = []) {
  const known = [...new Set(kinds)].filter((kind) => WORDS[kind]);
  return known.map((kind) => WORDS[kind](kinds.filter((one) => one === kind).length)).join(" · ");
}

/** The words of a quoted post: `excerpt` and `media`, the kinds of its files, as in a post's `reply_to`. */
export function quotedWords({ excerpt, media }) {
  return excerpt || kindsInWords(media) || _("message withdrawn");
}
