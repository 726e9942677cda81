/** An invitation that is dragged onto its box, or chosen, is looked at at once. */
import { hook } from "./dom.js";

const form = hook("drop");

for (const kind of ["dragenter", "dragover"]) {
  form?.addEventListener(kind, (event) => {
    event.preventDefault();
    form.classList.add("is-over");
  });
}
for (const kind of ["dragleave", "drop"]) form?.addEventListener(kind, () => form.classList.remove("is-over"));
form?.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  form.elements.file.files = event.dataTransfer.files;
  form.requestSubmit();
});
form?.elements.file.addEventListener("change", () => form.elements.file.files.length && form.requestSubmit());
