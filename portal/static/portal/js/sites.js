/** Places of the body in plain words: code → label. A photo carries the code, so that two of one place find each other. */
import { _ } from "./i18n.js";

const LABELS = {
  "face": () => _("face"),
  "head": () => _("head"),
  "mouth": () => _("mouth"),
  "neck": () => _("neck"),
  "chest": () => _("chest"),
  "belly": () => _("belly"),
  "back": () => _("back"),
  "sacrum": () => _("sacrum"),
  "groin": () => _("groin"),
  "ear-left": () => _("left ear"),
  "ear-right": () => _("right ear"),
  "eye-left": () => _("left eye"),
  "eye-right": () => _("right eye"),
  "shoulder-left": () => _("left shoulder"),
  "shoulder-right": () => _("right shoulder"),
  "arm-left": () => _("left arm"),
  "arm-right": () => _("right arm"),
  "elbow-left": () => _("left elbow"),
  "elbow-right": () => _("right elbow"),
  "forearm-left": () => _("left forearm"),
  "forearm-right": () => _("right forearm"),
  "hand-left": () => _("left hand"),
  "hand-right": () => _("right hand"),
  "hip-left": () => _("left hip"),
  "hip-right": () => _("right hip"),
  "buttock-left": () => _("left buttock"),
  "buttock-right": () => _("right buttock"),
  "thigh-left": () => _("left thigh"),
  "thigh-right": () => _("right thigh"),
  "knee-left": () => _("left knee"),
  "knee-right": () => _("right knee"),
  "leg-left": () => _("left lower leg"),
  "leg-right": () => _("right lower leg"),
  "ankle-left": () => _("left ankle"),
  "ankle-right": () => _("right ankle"),
  "heel-left": () => _("left heel"),
  "heel-right": () => _("right heel"),
  "foot-left": () => _("left foot"),
  "foot-right": () => _("right foot"),
  "toes-left": () => _("toes of the left foot"),
  "toes-right": () => _("toes of the right foot"),
};

/** Every code, from head to foot. */
export const SITES = Object.keys(LABELS);

/** "talon gauche"; a code that this page does not know is not shown. */
export function siteName(code) {
  return LABELS[code]?.() ?? "";
}
