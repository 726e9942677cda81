/** Words about files: what one is called, why it is not there yet, why it was refused. */
import { fileSize } from "../../portal/js/file-size.js";
import { _ } from "../../portal/js/i18n.js";

// As media/errors.py says them: on the wire stands the code alone, for readers of every language.
const REASONS = {
  "media.unreadable": () => _("This file can't be opened: it is damaged or incomplete. Your text is safe. Send the file once more, or take it anew."),
  "media.too_large": () => _("This file is too large. Your text is safe. Send a smaller one."),
  "media.too_many_pixels": () => _("This photo has more than 40 million pixels. Your text is safe. Take it again in a smaller size."),
  "media.animated": () => _("This picture moves; only still ones are taken. Your text is safe. Send one still picture of it."),
  "media.too_long": () => _("This voice note is longer than 15 minutes. Your text is safe. Make two notes of it."),
  "media.no_sound": () => _("There is no sound in this file. Your text is safe. Record the note again."),
  "media.has_video": () => _("This is a film; only sound is taken. Your text is safe. Send a photo or a voice note."),
  "media.encrypted": () => _("This document is locked by a password. Your text is safe. Save it without one and send it again."),
  "media.too_many_pages": () => _("This document has more than 500 pages. Your text is safe. Send the pages that matter."),
  "media.too_complex": () => _("This file takes too much to open. Your text is safe. Print it to a new PDF, or send a photo of it."),
  "media.active_content": () => _("This document holds programs or fetches things from elsewhere. Your text is safe. Save it as a PDF and send that."),
  "media.not_scanned": () => _("The virus scanner can't take a file of this size. Your text is safe. Send a smaller one."),
  "media.infected": () => _("The virus scanner found something in this file, so nobody gets it. Your text is safe. Have your device looked at."),
};

/** "talon.jpg · 2,4 Mo" */
export function nameAndSize({ name, bytes }) {
  return [name, bytes && fileSize(bytes)].filter(Boolean).join(" · ");
}

/** Why something is not there yet, in a few words. */
export function waitingOf(medium) {
  return medium.waits_for === "scanner" ? _("Waits for the virus check.") : _("Being prepared…");
}

/** For its author, why a medium was refused: what happened, what is safe, what to do. */
export function refusalOf({ code }) {
  return (REASONS[code] ?? REASONS["media.unreadable"])();
}
