/** A copy that is being made: its part of the page is fetched anew until it is there. */
import { fetchFragment } from "./fragments.js";

const EVERY_MS = 1000;
const box = document.querySelector("[data-cercle-export]");

async function look() {
  if (!document.hidden) {
    try {
      box.replaceChildren(await fetchFragment(box.dataset.cercleExport));
    } catch {} // Without a line it stays as it is; the next look draws it anew.
  }
  again();
}

function again() {
  if (box.querySelector("[data-cercle-making]")) setTimeout(look, EVERY_MS);
}

if (box) again();
