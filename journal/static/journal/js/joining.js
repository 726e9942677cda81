/**
 * How files come to the words: the camera, the microphone, a file from the device, the clipboard, something dragged here.
 * Every way ends in `composer.attachments.add`. What opens for a photo or a voice note is the composer's to say:
 * `onCamera()`, `onMicrophone()`, `onPhotos(files)` for pictures that came by another way, `onEdit(attachment)`, which gives what opens it.
 */
import { h, hook } from "../../portal/js/dom.js";
import { kindOf } from "../../portal/js/file-words.js";
import { _ } from "../../portal/js/i18n.js";

const MOST = 20; // in one post

/** Have the device's own chooser open; `taken(files)` hears what was chosen. */
export function pick(taken, { accept = "", capture = null, multiple = true } = {}) {
  const input = h("input", { type: "file", accept, capture, multiple, hidden: true });
  const end = () => (input.files.length && taken([...input.files]), input.remove());
  input.addEventListener("change", end);
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

const nameOf = (file) => file.name || _("file");

/** Put files of whatever kind with the words. */
export async function join(composer, files) {
  const { attachments } = composer;
  const room = MOST - attachments.list.length;
  if (files.length > room) composer.say(_("A message takes %(n)s files at most.", { n: MOST }));
  const some = files.slice(0, Math.max(0, room));
  const photos = some.filter((file) => kindOf(file.type) === "photo");
  if (photos.length) await composer.onPhotos(photos);
  for (const file of some) if (!photos.includes(file)) await attachments.add(file, { kind: kindOf(file.type), name: nameOf(file) });
  composer.text.focus();
}

/** Wire the buttons of the composer's form, its clipboard, and `place`, onto which files may be dragged. */
export function beginJoining(composer, place) {
  const { form } = composer;
  const taken = (files) => join(composer, files);
  hook("attach", form).addEventListener("click", () => pick(taken));
  hook("camera", form).addEventListener("click", () => composer.onCamera());
  hook("microphone", form).addEventListener("click", () => composer.onMicrophone());
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    taken(files);
  });
  beginDragging(place, composer, taken);
}

function beginDragging(place, composer, taken) {
  const carries = (event) => event.dataTransfer?.types.includes("Files") && composer.circle.mayWrite();
  const over = (on) => place.classList.toggle("is-dropping", on);
  place.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    over(true);
  });
  place.addEventListener("dragleave", (event) => !place.contains(event.relatedTarget) && over(false));
  place.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over(false);
    taken([...event.dataTransfer.files]);
  });
}

/** The ways as long as nothing better is put in their place. */
export const plainWays = (composer) => ({
  onCamera: () => pick((files) => join(composer, files), { accept: "image/*", capture: "environment" }),
  onMicrophone: () => pick((files) => join(composer, files), { accept: "audio/*", capture: "user", multiple: false }),
  onPhotos: async (files) => {
    for (const file of files) await composer.attachments.add(file, { kind: "photo", name: nameOf(file) });
  },
  onEdit: () => null,
});
