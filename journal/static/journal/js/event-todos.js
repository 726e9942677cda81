/** What to do after a stay: the document's own proposals, or three plain ones. Each opens the composer with a to-do; nothing is sent by itself. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { actButton } from "./parts.js";

const FRESH_MS = 7 * 86400000;
const PLAIN = [
  () => _("Call the home: how was the return, what is missing?"),
  () => _("Check the treatments with the discharge letter"),
  () => _("Plan the next visit"),
];

const textOf = (todo) => (typeof todo === "string" ? todo : (todo.text ?? ""));

/** The proposals that nobody has taken up yet, or null. `todos`: those of a document; without them, the plain ones of a fresh discharge. */
export function drawSuggestions(post, view, todos = null) {
  const { event } = post;
  const fresh = Date.now() - Date.parse(event.known_at ?? post.received_at) < FRESH_MS;
  const offered = view.circle.standing === "care_team" && view.circle.mayWrite() && !view.seeAs && !view.alone;
  if (!offered || event.cancelled_at || (!todos && (!fresh || event.historic))) return null;
  const written = new Set(view.posts.list.filter((one) => one.reply_to?.id === post.id && one.urgency === "todo").map((one) => one.text));
  const open = (todos ?? PLAIN.map((plain) => plain())).map(textOf).filter((text) => text && !written.has(text));
  if (!open.length) return null;
  return h(
    "div",
    { class: "c-suggested" },
    h("h4", { text: todos ? _("Asked for by the document") : _("To think of") }),
    h("ul", null, open.map((text) => h("li", null, actButton("suggest", { class: "c-suggested__act", "data-cercle-text-of": text }, icon("todo", 20), h("span", { text }), h("span", { class: "u-hidden", text: _("Write as a to-do") }), icon("plus", 20))))),
  );
}

/** The act of the thread's page: the proposal stands in the composer, as a to-do in answer to the event. */
export function suggestActs(thread) {
  return {
    suggest: (post, button) => {
      const { composer } = thread;
      if (composer.begun) return thread.say(_("Send or delete first what you have begun to write."), true);
      const text = button.getAttribute("data-cercle-text-of");
      const audience = composer.circle.audiences().includes(post.audience) ? post.audience : composer.circle.audiences()[0];
      composer.bringBack({ text, audience, urgency: "todo", replyTo: post.id }, (id) => thread.posts.byId.get(id));
      return composer.text.focus();
    },
  };
}
