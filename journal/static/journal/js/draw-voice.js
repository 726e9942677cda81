/** A voice note in the thread: the player, who has heard it, and what was written down of it. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { playerOf } from "../../portal/js/voice-player.js";
import { clock } from "../../portal/js/waveform.js";
import { heardButton, isVoiceAlone } from "./heard.js";
import { marked } from "./highlight.js";
import { waitingOf } from "./media-words.js";
import { actButton, writer } from "./parts.js";

export function drawVoice(medium, post, view) {
  const own = post.author.member === view.circle.member;
  const ready = medium.state === "ready";
  return h(
    "div",
    { class: "c-voice", data: { medium: medium.id } },
    ready ? playerOf({ ...medium, mine: own, post: post.id }, own ? "" : writer(post.author)) : waiting(medium),
    transcript(medium, post, view),
    ready && !isVoiceAlone(post) && heardButton(medium),
    own && ready && !view.seeAs && view.circle.mayWrite() && acts(medium),
  );
}

/** Not there yet: how long it will be, and for what it waits. */
function waiting(medium) {
  const words = [_("Voice note"), medium.duration && clock(Math.round(medium.duration)), waitingOf(medium)].filter(Boolean).join(" · ");
  return h("p", { class: "c-voice__state" }, icon("mic", 20), h("span", { text: words }));
}

function transcript({ transcript: written }, post, view) {
  if (!written?.text) return null;
  const by = writtenBy(written, post, view);
  return h(
    "div",
    { class: "c-transcript" },
    h("p", { class: "c-transcript__head", text: written.reviewed ? by : _("%(by)s, not yet read again", { by }) }),
    h("p", { class: "c-post__text" }, marked(written.text, view.query)),
  );
}

/** Words of nobody are a machine's: its listeners had better know. */
function writtenBy({ by }, post, view) {
  if (!by) return _("Written down by a program");
  return by.member === post.author.member ? _("Written down by the author") : _("Written down by %(name)s", { name: view.circle.called(by) });
}

/** For its author: write it down, have it written down, say that it is right. */
function acts({ id, transcript: written }) {
  const link = (act, label) => actButton(`${act} ${id}`, { class: "c-textlink" }, label);
  return h(
    "div",
    { class: "c-transcript__acts" },
    written?.text && !written.reviewed && link("reviewed", _("I have read it again")),
    link("transcript", written?.text ? _("Change the text") : _("Write it down")),
    !written?.reviewed && link("transcribers", _("Have it written down…")),
  );
}
