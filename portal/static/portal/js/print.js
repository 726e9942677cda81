/** A page that is meant for paper: its button opens the printer. */
for (const button of document.querySelectorAll("[data-cercle-print]")) button.addEventListener("click", () => print());
