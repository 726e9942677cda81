/** À transcrire: what is begun stays here as a sealed draft; the circle sees the text only once it is handed over. */
import { put } from "./api.js";
import { person } from "./clearing.js";
import { Draft } from "./drafts.js";
import { hook } from "./dom.js";
import { _ } from "./i18n.js";
import "./voice-player.js";

function begin(article) {
  const medium = article.dataset.cercleNote;
  const form = article.querySelector("form");
  const { text } = form.elements;
  const button = form.querySelector("[type=submit]");
  const said = hook("said", form);
  const draft = new Draft(person(), `transcript:${medium}`);
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

for (const article of document.querySelectorAll("[data-cercle-note]")) begin(article);
