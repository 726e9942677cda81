/** A call noted as a post: the address `#called-ID` begins one, which the writer completes and gives its readers. */
import { _ } from "../../portal/js/i18n.js";

const CALLED = /^#called-([0-9a-f-]{36})$/;

/** Puts "Called Nadine Poyanne at 14:05: " into the field where the page was opened to note a call. */
export function beginCalled({ circle, composer, times }) {
  const contact = circle.contacts.find((one) => one.id === CALLED.exec(location.hash)?.[1]);
  if (location.hash.startsWith("#called-")) history.replaceState(null, "", location.pathname);
  if (!contact || !circle.mayWrite()) return;
  const words = _("Called %(name)s at %(time)s: ", { name: contact.name, time: times.time(new Date()) });
  const { text } = composer;
  text.value = text.value.trim() ? `${text.value.trimEnd()}\n${words}` : words; // what was being written stays before it
  text.dispatchEvent(new Event("input"));
  text.focus();
}
