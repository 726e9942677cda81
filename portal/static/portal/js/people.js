/** The Cercle page: ending a membership with a moment to undo it, and what becomes of invitations. */
import { post, remove } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const page = hook("people");
const circle = page.dataset.cerclePeople;
const said = hook("said");
const UNDO_MS = 8000;

/** Ending waits eight seconds, in which it can be taken back; leaving the page carries it out. */
class Ending {
  constructor(row, button) {
    this.row = row;
    this.member = button.dataset.cercleEnd;
    this.me = button.hasAttribute("data-cercle-me");
    row.hidden = true;
    const undo = h("button", { class: "c-textlink", type: "button", on: { click: () => this.undo() }, text: _("Undo") });
    const words = this.me ? _("You leave this circle.") : _("%(name)s leaves this circle.", { name: button.dataset.cercleName });
    this.note = h("p", { class: "c-note" }, h("span", {}, words), undo);
    said.append(this.note);
    undo.focus();
    this.timer = setTimeout(() => this.carryOut(), UNDO_MS);
    this.leaving = () => this.carryOut(true);
    addEventListener("pagehide", this.leaving);
  }

  undo() {
    this.over();
    this.row.hidden = false;
    this.row.querySelector("[data-cercle-end]").focus();
  }

  over() {
    clearTimeout(this.timer);
    removeEventListener("pagehide", this.leaving);
    this.note.remove();
  }

  async carryOut(keepalive = false) {
    this.over();
    try {
      await remove(`circles/${circle}/members/${this.member}`, { reason: "" }, { keepalive });
      if (this.me) location.assign("/");
      else if (!keepalive) location.reload();
    } catch (problem) {
      this.row.hidden = false;
      said.append(h("p", { class: "c-note c-note--wrong", role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
    }
  }
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cercle-end]");
  if (button) new Ending(button.closest("[data-cercle-member]"), button);
});

/** Invitations: sent again, withdrawn, or undone by ending the membership of whoever came in. */
const ACTS = {
  resend: (id) => post(`circles/${circle}/invitations/${id}/resend`, {}),
  revoke: (id) => remove(`circles/${circle}/invitations/${id}`),
  undo: (id) => remove(`circles/${circle}/members/${id}`, { reason: "" }),
};

page.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-cercle-invitation-act]");
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  try {
    await ACTS[button.dataset.cercleInvitationAct](button.value);
    location.reload();
  } catch (problem) {
    said.replaceChildren(h("p", { class: "c-note c-note--wrong", role: "alert", text: problem.detail || _("No line. Nothing was changed.") }));
    button.removeAttribute("aria-busy");
  }
});
