/** A test of one device that proves the whole way and back: sent, taken by the push service, shown on the device. */
import { get, NoLine, post } from "./api.js";
import { h } from "./dom.js";
import { _ } from "./i18n.js";

const LOOK_MS = 700;
const SERVICE_MS = 20000; // then the push service is taken to be out of reach
const DEVICE_MS = 40000; // then the device is
const rest = () => new Promise((on) => setTimeout(on, LOOK_MS));

/** The three steps as they stand: "done", "now", "todo", "wrong". */
class Steps {
  constructor(name) {
    this.items = [_("Sent"), _("Taken by the push service"), _("Shown on the device")].map((words) => h("li", { class: "c-steps__step" }, h("b", { text: words }), h("span", { class: "u-hidden" })));
    this.words = h("p", { role: "status" });
    const title = h("h3", { text: _("Test of %(name)s", { name }) });
    this.box = h("section", { class: "c-trial", "aria-label": _("Test of %(name)s", { name }) }, title, h("ol", { class: "c-steps" }, this.items), this.words);
  }

  /** Everything before step `n` is done; it is under way, or `wrong`; 3: all done. */
  show(n, words, wrong = false) {
    const spoken = { done: _("done"), now: _("under way"), todo: _("not yet"), wrong: _("failed") };
    this.items.forEach((item, at) => {
      const state = at < n ? "done" : at > n ? "todo" : wrong ? "wrong" : "now";
      item.className = `c-steps__step is-${state}`;
      item.lastChild.textContent = `: ${spoken[state]}`;
    });
    this.words.textContent = words;
    this.box.classList.toggle("is-wrong", wrong);
  }
}

/** How far the delivery has come: 1 while it waits for the service, 2 once that has taken it, 3 once it was shown; "dead" where it never will be. */
function reached({ state, sent_at: sent, shown_at: shown }) {
  if (shown) return 3;
  if (state === "dead" || state === "dropped") return "dead";
  return sent ? 2 : 1;
}

const LATE = {
  1: () => _("The push service does not answer at the moment. We go on trying: if a notification comes, all is well; else try again in a few minutes."),
  2: () => _("The push service has it, the device has shown nothing. Is it switched on and on the net? Look at “do not disturb”, at battery saving, and whether notifications of this browser are allowed in the device's settings. Then try again."),
};

/** Follow a delivery until it was shown, cannot be, or takes too long. Gives the step that it reached and what is to be said. */
async function follow(id, told) {
  const began = Date.now();
  let step = 1;
  while (true) {
    const delivery = await get(`push/deliveries/${id}`);
    const now = reached(delivery);
    if (now === 3) return { step: 3, words: "" };
    if (now === "dead") return { step: 1, words: _("The push service has refused it: this device is known there no more. Open Cercle on it and switch the alerts on again.") };
    if (now !== step) told((step = now));
    if (Date.now() - began > (step === 1 ? SERVICE_MS : DEVICE_MS)) return { step, words: LATE[step]() };
    await rest();
  }
}

/** Try the device `id`, drawing into `place`. Gives whether it has shown something. */
export async function tryDevice(place, id, name) {
  const steps = new Steps(name);
  place.replaceChildren(steps.box);
  steps.show(0, _("A notification is on its way to this device. Leave Cercle open here."));
  let at = 0;
  try {
    const sent = await post(`push/subscriptions/${id}/test`, {});
    at = 1;
    steps.show(1, _("Waiting for the push service…"));
    const end = await follow(sent.id, (step) => steps.show((at = step), _("Waiting for the device…")));
    if (end.step === 3) steps.show(3, _("It works: the device has shown the test and said so."));
    else steps.show(end.step, end.words, true);
    return end.step === 3;
  } catch (error) {
    steps.show(at, error instanceof NoLine ? _("No line from here to Cercle. Try again when it is back.") : error.detail || _("That did not work. Try again in a few minutes."), true);
    return false;
  }
}
