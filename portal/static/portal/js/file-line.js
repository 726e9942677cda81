/** One file that is not there yet, as it stands with the words: a small preview, its name, how far it is, why it cannot go. */
import { h } from "./dom.js";
import { fileSize } from "./file-size.js";
import { lengthInWords, whyRefused } from "./file-words.js";
import { _ } from "./i18n.js";
import { icon } from "./signs.js";

const SIGNS = { photo: "image", voice: "mic", document: "file" };

/** "2,4 Mo", "0:42 · 240 ko" */
const measures = ({ bytes, facts }) => [facts.duration && lengthInWords(facts.duration), fileSize(bytes)].filter(Boolean).join(" · ");

const isMoving = (state) => state === "sending" && navigator.onLine;

function way({ state, progress, stuck }) {
  if (isMoving(state)) return _("sending, %(share)s %", { share: Math.round(progress * 100) });
  return navigator.onLine && !stuck ? _("waits for its turn") : _("waits for the line");
}

function standing(file) {
  if (file.state === "ready") return _("ready");
  const share = way(file);
  return file.unkept ? `${share}. ${_("This browser has no room for it: leave the page open until it has gone.")}` : share;
}

/** `tools`: buttons behind it; `preview`: a node in the place of its sign. */
export function fileLine(file, { preview = null, tools = [] } = {}) {
  const line = h(
    "li",
    { class: "c-attached", data: { file: file.id } },
    h("span", { class: "c-attached__sign" }, preview ?? icon(file.state === "refused" ? "alert" : SIGNS[file.kind])),
    h("span", { class: "c-attached__body" }, h("span", { class: "c-attached__name", text: file.name }), h("span", { class: "c-attached__more" }), h("progress", { class: "c-attached__bar", max: "1", "aria-hidden": "true" })),
    tools,
  );
  updateLine(line, file);
  return line;
}

/** How far it is now, without drawing it anew under a thumb or the focus. */
export function updateLine(line, file) {
  const refused = file.state === "refused";
  line.classList.toggle("is-refused", refused);
  line.querySelector(".c-attached__more").textContent = refused ? whyRefused(file) : `${measures(file)} · ${standing(file)}`;
  const bar = line.querySelector(".c-attached__bar");
  bar.hidden = !isMoving(file.state);
  bar.value = file.progress ?? 0;
}

/** The lines of `list` under `root` follow their files. */
export function updateLines(root, list) {
  for (const file of list) {
    const line = root.querySelector(`[data-cercle-file="${file.id}"]`);
    if (line) updateLine(line, file);
  }
}
