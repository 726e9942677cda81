/** What is said of a recording: how it stands, why it stopped by itself, why it did not begin. */
import { _ } from "./i18n.js";
import { MOST_S, WARN_S } from "./recording.js";
import { clock } from "./waveform.js";

const WHY = {
  hidden: () => _("Paused: the page was not in sight. What you said is kept."),
  interrupted: () => _("Paused: something else took the microphone. What you said is kept."),
  lost: () => _("The microphone has stopped. What you said is kept."),
  limit: () => _("A note ends after %(time)s. What you said is kept.", { time: clock(MOST_S) }),
};

/** "Recording", "Paused", or why it is. */
export function stateWords({ state, why }) {
  if (state === "asking") return _("Allow the microphone in your browser.");
  if (state === "recording") return _("Recording");
  return WHY[why]?.() ?? (state === "paused" ? _("Paused") : _("Recorded"));
}

/** A word before the end of the longest note, else "". */
export function warningWords({ elapsed }) {
  const left = MOST_S - elapsed;
  return left > 0 && left <= WARN_S ? _("One minute left: a note ends after %(time)s.", { time: clock(MOST_S) }) : "";
}

/** Why no recording began: the browser's refusal as a sentence. */
export function refusalWords(error) {
  if (error.name === "NotAllowedError") return _("The browser may not use the microphone. Allow it in the settings of this site, then try again.");
  if (error.name === "NotFoundError") return _("No microphone found. Connect one, then try again.");
  return _("The microphone does not answer: another program may be using it. Try again.");
}
