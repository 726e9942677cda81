/** Words about files: what one is called, why it is not there yet, why it was refused. */
import { fileSize } from "../../portal/js/file-size.js";
import { _ } from "../../portal/js/i18n.js";

const REASONS = {
  "media.too_large": () => _("Too large. Your text was sent. Take it again, smaller."),
  "media.too_many_pixels": () => _("Too many pixels. Your text was sent. Take the photo again, smaller."),
  "media.too_long": () => _("Too long. Your text was sent. Send it in several parts."),
  "media.encrypted": () => _("Locked by a password. Your text was sent. Send it without its password."),
  "media.infected": () => _("The virus check found something in it. Your text was sent, this file to nobody."),
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
  return REASONS[code]?.() ?? _("Could not be read. Your text was sent. Choose the file again, or another one.");
}
