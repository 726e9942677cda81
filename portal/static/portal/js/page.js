/** What every page needs: the list at its side, live counts, choices that save themselves. */
import { beginLock } from "./app-lock.js";
import { beginClearing } from "./clearing.js";
import { beginFragments } from "./fragments.js";
import { beginKeeping } from "./keeping.js";
import { beginList } from "./list.js";
import { beginLockOffer } from "./lock-offer.js";
import { beginMenus } from "./menus.js";
import { beginPushes } from "./push-visiting.js";
import { beginRoomsRow } from "./rooms-row.js";
import { beginTaking } from "./taking.js";
import { beginWard } from "./ward.js";

beginLock();
beginClearing();
beginFragments();
beginList();
beginKeeping();
beginMenus();
beginLockOffer().catch(() => {});
beginPushes().catch(() => {});
beginRoomsRow();
beginTaking();
beginWard();
for (const input of document.querySelectorAll("[data-cercle-submits]")) {
  input.addEventListener("change", () => input.form.requestSubmit());
}

// Sheets and their veil begin below the banner, however many lines a name takes, and when the phone is turned.
const banner = document.querySelector(".c-banner");
const measure = () => document.documentElement.style.setProperty("--banner", `${banner.offsetHeight}px`);
if (banner) {
  measure();
  new ResizeObserver(measure).observe(banner);
}
