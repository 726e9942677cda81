/** Roles in words, as one says of whom one expects something: "de la coordination". Other words of roles are in the portal's trades. */
import { _, pgettext } from "../../portal/js/i18n.js";

const OF = {
  gp: () => _("of the general practitioner"),
  specialist: () => _("of the specialist"),
  nurse: () => _("of the nurse"),
  pharmacist: () => _("of the pharmacist"),
  physiotherapist: () => _("of the physiotherapist"),
  other_health: () => _("of another health professional"),
  coordinator: () => _("of the coordination"),
  hospital_staff: () => _("of the hospital team"),
  social_worker: () => _("of the social worker"),
  home_help: () => _("of the home help"),
  secretary: () => _("of the secretary"),
  patient: () => _("of the patient"),
  relative: () => _("of a relative"),
  trusted_person: () => _("of the trusted person"),
};

/** Where everybody with the role is a woman or a man. */
const OWN = {
  F: {
    nurse: () => pgettext("of a woman", "of the nurse"),
    pharmacist: () => pgettext("of a woman", "of the pharmacist"),
    physiotherapist: () => pgettext("of a woman", "of the physiotherapist"),
    social_worker: () => pgettext("of a woman", "of the social worker"),
    patient: () => pgettext("of a woman", "of the patient"),
  },
  M: {
    nurse: () => pgettext("of a man", "of the nurse"),
    pharmacist: () => pgettext("of a man", "of the pharmacist"),
    physiotherapist: () => pgettext("of a man", "of the physiotherapist"),
    social_worker: () => pgettext("of a man", "of the social worker"),
    patient: () => pgettext("of a man", "of the patient"),
  },
};

/** The gender that all present members with a role share, or "". */
function gender(role, circle) {
  const genders = new Set([...circle.members.values()].filter((member) => member.role === role && member.state === "active").map((member) => member.person?.gender ?? ""));
  return genders.size === 1 ? [...genders][0] : "";
}

/** "de l’infirmier", "de la coordination": in the gender of those who have the role in `circle`, if they share one. */
export function ofRole(role, circle) {
  return (OWN[gender(role, circle)]?.[role] ?? OF[role])?.() ?? "";
}

export const isRole = (value) => value in OF;
