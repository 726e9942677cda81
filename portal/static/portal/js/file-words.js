/** How files that are not sent yet are spoken of: lengths, and why one cannot go. */
import { fileSize } from "./file-size.js";
import { _ } from "./i18n.js";

/** "0:42" of seconds. */
export function lengthInWords(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The most that the server takes, in bytes; on a page that does not say it the server alone decides. */
export const mostBytes = () => Number(document.querySelector('meta[name="cercle-media-most"]')?.content ?? Infinity);

/** Why a file was refused: what the browser saw by itself, else in the server's words. */
export function whyRefused({ code, reason, kind, bytes }) {
  const sizes = { size: fileSize(bytes), most: fileSize(mostBytes()) };
  if (reason) return reason;
  if (code === "media.too_large" && kind === "photo") return _("Photo too large (%(size)s, at most %(most)s). Take it again, smaller.", sizes);
  if (code === "media.too_large") return _("Too large (%(size)s, at most %(most)s).", sizes);
  if (code === "media.empty") return _("This file is empty.");
  return _("This file is no longer on this device. Choose it again.");
}

/** What kind a file seems to be; the server looks at its content. */
export function kindOf(type) {
  if (type.startsWith("image/") && !type.includes("svg")) return "photo";
  return type.startsWith("audio/") ? "voice" : "document";
}
