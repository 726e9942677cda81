/** "Alerts on my devices": the guide for this browser, the list of devices, and the test of each. */
import { NoLine, remove } from "./api.js";
import { h, hook } from "./dom.js";
import { fetchFragment } from "./fragments.js";
import { _ } from "./i18n.js";
import { drawGuide } from "./push-guide.js";
import { platform, renew, subscribe, unsubscribe } from "./push-subscribing.js";
import { tryDevice } from "./push-trial.js";
import { beginPushes } from "./push-visiting.js";

const root = hook("alerting");
const [guide, list, trial] = ["guide", "devices", "trial"].map((name) => hook(name, root));
let own = null; // the device that this browser is, or null

const say = (words) => trial.replaceChildren(h("p", { class: "c-note c-note--wrong", role: "alert", text: words }));

function draw() {
  drawGuide(guide, platform(), own, { subscribe: begin, unsubscribe: end, trial: () => attempt(own.id, platform().name) });
}

async function drawList() {
  const drawn = await fetchFragment("/me/notifications/devices").catch(() => null);
  if (drawn) list.replaceChildren(drawn);
}

async function attempt(id, name) {
  const done = tryDevice(trial, id, name);
  trial.scrollIntoView({ block: "nearest" });
  await done;
  await drawList();
}

async function begin() {
  try {
    own = await subscribe();
  } catch (error) {
    if (platform().permission === "denied") return draw(); // which says how to undo it
    throw error;
  }
  draw();
  await drawList();
  return attempt(own.id, platform().name);
}

async function end() {
  await unsubscribe();
  own = null;
  trial.replaceChildren();
  draw();
  await drawList();
  guide.querySelector("button")?.focus();
}

/** This one goes with the browser's subscription and the wish for it, another one by its id. */
async function removeDevice(row) {
  if (row.dataset.cercleDevice === own?.id) return end();
  await remove(`push/subscriptions/${row.dataset.cercleDevice}`);
  return drawList();
}

list.addEventListener("click", async (event) => {
  const [act, row] = [event.target.closest("button"), event.target.closest("[data-cercle-device]")];
  if (!act || !row || act.hasAttribute("aria-busy")) return;
  act.setAttribute("aria-busy", "true");
  try {
    if (act.hasAttribute("data-cercle-try")) await attempt(row.dataset.cercleDevice, row.querySelector(".c-person__name").firstChild.textContent.trim());
    else await removeDevice(row);
  } catch (error) {
    say(error instanceof NoLine ? _("No line. Nothing was changed.") : error.detail);
  }
  act.removeAttribute("aria-busy");
});

async function start() {
  const status = await navigator.permissions?.query({ name: "notifications" }).catch(() => null);
  status?.addEventListener("change", draw);
  await beginPushes().catch(() => {});
  try {
    own = await renew({ always: true });
  } catch {
    own = null; // the guide offers to switch it on, which says what is wrong
  }
  draw();
  if (own) await drawList();
}

start();
