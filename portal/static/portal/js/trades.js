/** How a person is called: the doctor's title and the trade, in the words and by the rules that the pages have (people/circles/words.py). */
import { pageData } from "./dom.js";
import { _ } from "./i18n.js";

const { words, by_profession: byProfession, silent, doctors } = pageData("cercle-trades", { words: {}, by_profession: [], silent: [], doctors: [] });

/** "Dr Hélène Castets": `person` {name, profession, confirmed?}; `role` around a patient, or "" where none is asked about. */
export function titled(person, role = "") {
  const doctor = person.profession === "physician" && (role ? doctors.includes(role) : person.confirmed);
  return doctor ? _("Dr %(name)s", { name: person.name }) : person.name;
}

/** "infirmière", "coordinateur": `person` {profession, gender}. */
export function trade(person, role = "") {
  const speaks = !role || (byProfession.includes(role) && !silent.includes(person.profession ?? ""));
  const forms = words[speaks ? person.profession : role];
  return forms?.[person.gender ?? ""] ?? forms?.[""] ?? "";
}

/** A role as one offers it, whoever has it. */
export const roleName = (role) => trade({}, role);
