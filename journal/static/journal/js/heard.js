/** Who has heard a voice note: the count in the post, and the list behind it. */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { filling, person } from "./details.js";

/** Whether a post is one voice note and nothing else: then its foot says who heard it, in place of who read. */
export function isVoiceAlone(post) {
  const [medium, ...more] = post.media ?? [];
  return !post.text && !more.length && medium?.kind === "voice" && medium.state === "ready";
}

export function heardWords({ heard_by: heard = 0 }) {
  return heard ? ngettext("heard by %(n)s", "heard by %(n)s", heard) : _("not heard yet");
}

export function heardButton(medium) {
  return h("button", { type: "button", class: "c-voice__heard", text: heardWords(medium), data: { act: `heard ${medium.id}` } });
}

/** Who has heard it, when; and who of the readers has not. */
export function showHeard(medium, post, { circle, times }) {
  return filling(_("Who has heard it"), async () => {
    const answer = await get(`media/${medium.id}/listening`);
    const when = new Map((answer.items ?? answer).map(({ member, at }) => [member.id ?? member, at]));
    const readers = circle.readers(post.audience, post.author.member);
    const rest = readers.filter(({ id }) => !when.has(id));
    const left = [...when.keys()].filter((id) => !circle.members.has(id)).length;
    return [
      when.size > left && h("ul", { class: "thread-people-list" }, [...when].filter(([id]) => circle.members.has(id)).map(([id, at]) => person(circle.members.get(id), times.brief(at)))),
      left > 0 && h("p", { class: "u-soft", text: ngettext("and %(n)s person who has left", "and %(n)s people who have left", left) }),
      rest.length > 0 && h("h3", { text: _("Not heard yet") }),
      rest.length > 0 && h("ul", { class: "thread-people-list" }, rest.map((member) => person(member, ""))),
      h("p", { class: "u-soft", text: _("A note counts as heard when half of it has been played.") }),
    ];
  });
}
