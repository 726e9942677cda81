/** Professions and roles in words. The msgids of professions are those of the accounts room. */
import { _ } from "../../portal/js/i18n.js";

const PROFESSIONS = {
  physician: () => _("physician"),
  nurse: () => _("nurse"),
  pharmacist: () => _("pharmacist"),
  physiotherapist: () => _("physiotherapist"),
  midwife: () => _("midwife"),
  dentist: () => _("dentist"),
  psychologist: () => _("psychologist"),
  dietitian: () => _("dietitian"),
  occupational_therapist: () => _("occupational therapist"),
  speech_therapist: () => _("speech therapist"),
  care_assistant: () => _("care assistant"),
  social_worker: () => _("social worker"),
  other: () => _("other profession"),
};

const ROLES = {
  gp: () => _("GP"),
  specialist: () => _("specialist"),
  nurse: () => _("nurse"),
  pharmacist: () => _("pharmacist"),
  physiotherapist: () => _("physiotherapist"),
  other_health: () => _("other health professional"),
  coordinator: () => _("coordinator"),
  hospital_staff: () => _("hospital team"),
  social_worker: () => _("social worker"),
  home_help: () => _("home help"),
  secretary: () => _("secretary"),
  patient: () => _("patient"),
  relative: () => _("relative"),
  trusted_person: () => _("trusted person"),
};

const OF = {
  gp: () => _("of the GP"),
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

export const professionName = (profession) => PROFESSIONS[profession]?.() ?? "";
export const roleName = (role) => ROLES[role]?.() ?? "";
/** As one says of whom one expects: "de la coordination". */
export const ofRole = (role) => OF[role]?.() ?? "";
export const isRole = (value) => value in ROLES;
