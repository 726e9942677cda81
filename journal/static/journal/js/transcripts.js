/** Writing a voice note down: by its author, or by a secretary whom the author asks. All by HTTP; the answer is the medium. */
import { get, post as send, put, remove } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { askSheet, field, openSheet, tellWrong } from "../../portal/js/sheet.js";
import { playerOf } from "../../portal/js/voice-player.js";
import { nameOf } from "./circle.js";
import { showHeard } from "./heard.js";
import { takeMedium } from "./media-news.js";
import { filling, person } from "./details.js";

const LONGEST = 16000;

/** What the thread's hands do with a note; an act names its medium. */
export function voiceActs(thread) {
  const { view } = thread;
  const of = (post, button) => post.media.find((one) => button.getAttribute("data-cercle-act").endsWith(` ${one.id}`));
  const replaced = (medium, post) => takeMedium(thread, { media: medium, post_id: post.id });
  const reviewed = async (post, medium) => {
    try {
      replaced(await put(`media/${medium.id}/transcript`, { text: medium.transcript.text, reviewed: true }), post);
    } catch (error) {
      thread.say(error.detail || _("No line. Nothing was changed. Try again when it is back."), true);
    }
  };
  return {
    heard: (post, button) => showHeard(of(post, button), post, view),
    transcript: (post, button) => write(post, of(post, button), replaced),
    reviewed: (post, button) => reviewed(post, of(post, button)),
    transcribers: (post, button) => askForIt(of(post, button), view),
  };
}

function write(post, medium, replaced) {
  const text = h("textarea", { class: "c-input", rows: 6, maxlength: LONGEST }, medium.transcript?.text ?? "");
  const right = h("input", { type: "checkbox", checked: true });
  const run = async () => {
    const written = text.value.trim();
    tellWrong(text, written || medium.transcript?.text ? "" : _("Write what was said."));
    if (!written && !medium.transcript?.text) return false;
    replaced(await put(`media/${medium.id}/transcript`, { text: written, reviewed: right.checked }), post);
    return true;
  };
  const fields = [
    medium.state === "ready" && playerOf({ ...medium, mine: true, post: post.id }),
    field(_("What was said"), text, _("Everybody who hears the note reads it, and searching finds it.")),
    h("label", { class: "c-check" }, right, h("span", { text: _("I have read it again: it says what I said.") })),
  ];
  return askSheet(_("Write it down"), { fields, act: _("Keep"), run });
}

/** The secretaries of the circle, each with whether they were asked. */
async function askForIt(medium, { circle }) {
  const secretaries = [...circle.members.values()].filter((member) => member.state === "active" && member.person && member.role === "secretary" && member.id !== circle.member);
  return filling(_("Have it written down"), async () => {
    if (!secretaries.length) return [h("p", { text: _("There is no secretary in this circle. Somebody who steers it can let one in.") })];
    const answer = await get(`media/${medium.id}/transcribers`);
    const asked = new Map((answer.items ?? answer).map((one) => [one.member.id ?? one.member, one]));
    return [
      h("p", { text: _("Who is asked hears this one note and writes it down. You read it again.") }),
      h("ul", { class: "thread-people-list" }, secretaries.map((member) => row(medium, member, asked.has(member.id)))),
    ];
  });
}

function row(medium, member, asked) {
  const node = person(member, asked ? _("asked") : "");
  const change = async () => {
    button.setAttribute("aria-busy", "true");
    try {
      if (asked) await remove(`media/${medium.id}/transcribers/${member.id}`);
      else await send(`media/${medium.id}/transcribers`, { member: member.id });
      const fresh = row(medium, member, !asked);
      node.replaceWith(fresh);
      fresh.querySelector("button").focus();
    } catch (error) {
      button.removeAttribute("aria-busy");
      openSheet(_("Have it written down"), h("div", { class: "c-sheet__part" }, h("p", { role: "alert", text: error.detail || _("No line. Nothing was changed. Try again when it is back.") })));
    }
  };
  const name = nameOf(member);
  const label = asked ? _("Take it back from %(name)s", { name }) : _("Ask %(name)s", { name });
  const button = h("button", { type: "button", class: "c-button", "aria-label": label, text: asked ? _("Take back") : _("Ask"), on: { click: change } });
  node.append(button);
  return node;
}
