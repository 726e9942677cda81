/** À transcrire: what is begun stays here as a sealed draft; the circle sees the text only once it is handed over. */
import { put } from "./api.js";
import { person } from "./clearing.js";
import { Draft } from "./drafts.js";
import { hook } from "./dom.js";
import { _ } from "./i18n.js";
import { forget, idsKept } from "./sealed-store.js";
import "./voice-player.js";

const BEGUN = "transcript:";

function begin(article) {
  const medium = article.dataset.cercleNote;
  const form = article.querySelector("form");
  const { text } = form.elements;
  const button = form.querySelector("[type=submit]");
  const said = hook("said", form);
  const draft = new Draft(person(), BEGUN + medium);
  draft.load().then((left) => {
    if (!left || left.text === text.value) return;
    text.value = left.text;
    said.textContent = _("A draft, seen by nobody else yet.");
  });
  text.addEventListener("input", () => {
    draft.save({ text: text.value });
    said.textContent = _("A draft, seen by nobody else yet.");
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!text.value.trim()) return text.focus();
    button.setAttribute("aria-busy", "true");
    try {
      await put(`media/${medium}/transcript`, { text: text.value.trim() });
      draft.save(null);
      await draft.flush();
      said.textContent = _("Handed over. The author has not read it again yet.");
    } catch (error) {
      said.textContent = error.detail || _("No line. Your text is kept here as a draft. Hand it over when it is back.");
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}

/** What was begun for a note that one is not asked to write down any more. */
async function forgetOthers(notes) {
  const asked = new Set(notes.map((note) => BEGUN + note.dataset.cercleNote));
  for (const id of await idsKept("drafts", person())) if (id.startsWith(BEGUN) && !asked.has(id)) await forget("drafts", person(), id);
}

const notes = [...document.querySelectorAll("[data-cercle-note]")];
notes.forEach(begin);
forgetOthers(notes).catch(() => {});
