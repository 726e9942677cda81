/**
 * Parts of a page that the server draws and the page fetches: <div data-cercle-fragment="/portal/news">.
 * A part that a phone does not show is never fetched there. `cercle:news` on the document freshens what is live.
 */

const wide = matchMedia("(min-width: 820px)");
const QUIET_MS = 1500;

/** The nodes of a fragment. Raises where nothing answered; a page that is not signed in any more is loaded anew. */
export async function fetchFragment(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "manual", ...options });
  if (answer.type === "opaqueredirect") location.reload();
  if (!answer.ok) throw new Error(`fragment ${answer.status}`);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

async function fill(part, address) {
  try {
    part.replaceChildren(await fetchFragment(address));
    part.dispatchEvent(new CustomEvent("cercle:filled", { bubbles: true }));
  } catch {
    part.querySelector(".c-loading")?.remove();
  }
}

function begin(part) {
  if (part.dataset.cercleFilled || part.offsetParent === null) return;
  part.dataset.cercleFilled = "1";
  fill(part, part.dataset.cercleFragment);
}

/** Freshens a live part, but never under a finger or while something in it has the focus. */
function freshen(part) {
  if (part.matches(":hover") || part.contains(document.activeElement)) {
    part.addEventListener("pointerleave", () => freshen(part), { once: true });
    return;
  }
  fill(part, part.dataset.cercleLive ?? part.dataset.cercleFragment);
}

export function beginFragments() {
  const parts = [...document.querySelectorAll("[data-cercle-fragment]")];
  const all = () => parts.forEach(begin);
  all();
  wide.addEventListener("change", all);
  let timer = null;
  document.addEventListener("cercle:news", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const part of document.querySelectorAll("[data-cercle-live], [data-cercle-wide][data-cercle-filled]")) freshen(part);
    }, QUIET_MS);
  });
}
