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
  "ear_left": () => _("left ear"),
  "ear_right": () => _("right ear"),
  "eye_left": () => _("left eye"),
  "eye_right": () => _("right eye"),
  "shoulder_left": () => _("left shoulder"),
  "shoulder_right": () => _("right shoulder"),
  "arm_left": () => _("left arm"),
  "arm_right": () => _("right arm"),
  "elbow_left": () => _("left elbow"),
  "elbow_right": () => _("right elbow"),
  "forearm_left": () => _("left forearm"),
  "forearm_right": () => _("right forearm"),
  "hand_left": () => _("left hand"),
  "hand_right": () => _("right hand"),
  "hip_left": () => _("left hip"),
  "hip_right": () => _("right hip"),
  "buttock_left": () => _("left buttock"),
  "buttock_right": () => _("right buttock"),
  "thigh_left": () => _("left thigh"),
  "thigh_right": () => _("right thigh"),
  "knee_left": () => _("left knee"),
  "knee_right": () => _("right knee"),
  "leg_left": () => _("left lower leg"),
  "leg_right": () => _("right lower leg"),
  "ankle_left": () => _("left ankle"),
  "ankle_right": () => _("right ankle"),
  "heel_left": () => _("left heel"),
  "heel_right": () => _("right heel"),
  "foot_left": () => _("left foot"),
  "foot_right": () => _("right foot"),
  "toes_left": () => _("toes of the left foot"),
  "toes_right": () => _("toes of the right foot"),
};

/** Every code, from head to foot. */
export const SITES = Object.keys(LABELS);

/** "talon gauche"; a code that this page does not know is not shown. */
export function siteName(code) {
  return LABELS[code]?.() ?? "";
}
