/** How large a file is, as people say it: "2,4 Mo". */
import { _, language } from "./i18n.js";

const NBSP = "\u00a0";
const KILO = 1000;
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });

export function fileSize(bytes) {
  const said = bytes < KILO * KILO ? _("%(n)s kB", { n: whole.format(Math.max(1, bytes / KILO)) }) : _("%(n)s MB", { n: number.format(bytes / KILO / KILO) });
  return said.replace(/ (\S+)$/, `${NBSP}$1`);
}
