/** Searching in the thread, and going to a day. The words go by POST: no address ever holds them. */
import { post as send } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _, ngettext } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { marked, wordsOf } from "./highlight.js";
import { writer } from "./parts.js";
import { field, openSheet, tellWrong } from "../../portal/js/sheet.js";

const PAUSE_MS = 250;
const LIMIT = 30;
const AROUND = 60;

/** What the words were found in: the text, else what a voice note says, else a file's name. */
function foundIn(post, query) {
  const media = post.media ?? [];
  const texts = [post.text, ...media.map((medium) => medium.transcript?.text), ...media.map((medium) => medium.name)].filter(Boolean);
  return texts.find((text) => marked(text, query).some((node) => typeof node !== "string")) ?? texts[0] ?? "";
}

/** The part of a long text in which the first hit stands. */
function excerpt(text, query) {
  const nodes = marked(text, query);
  const before = typeof nodes[0] === "string" ? nodes[0] : "";
  const cut = before.length > AROUND ? `…${before.slice(-AROUND)}` : before;
  return [cut, ...nodes.slice(typeof nodes[0] === "string" ? 1 : 0)];
}

function hit(post, query, thread, close) {
  const go = () => {
    thread.view.query = query;
    close();
    thread.travel.goTo(post.id, post.seq);
  };
  return h(
    "li",
    null,
    h(
      "button",
      { type: "button", class: "thread-hit", on: { click: go } },
      h("span", { class: "thread-hit__who" }, h("b", { text: writer(post.author) }), " · ", h("time", { datetime: post.received_at, text: thread.times.brief(post.received_at) })),
      h("span", { class: "thread-hit__text" }, excerpt(foundIn(post, query), query)),
    ),
  );
}

export function openSearch(thread) {
  const input = h("input", { class: "c-input", type: "search", autocomplete: "off", spellcheck: "false", maxlength: "200", "aria-label": _("Search in this thread") });
  const said = h("p", { class: "u-soft", role: "status" });
  const hits = h("ul", { class: "thread-hits" });
  const more = h("button", { type: "button", class: "c-button c-button--wide", text: _("More"), hidden: true });
  let asked = 0;
  let next = null;
  let found = 0;
  const close = () => sheet.close();

  async function ask(before) {
    const query = input.value.trim();
    const turn = ++asked;
    if (!wordsOf(query).length) return (hits.replaceChildren(), (said.textContent = ""), (more.hidden = true));
    try {
      const page = await send(`circles/${thread.id_}/search`, { q: query, limit: LIMIT, ...(before && { before }) });
      if (turn !== asked) return undefined;
      if (!before) (hits.replaceChildren(), (found = 0));
      found += page.items.length;
      next = page.next;
      hits.append(...page.items.map((post) => hit(post, query, thread, close)));
      more.hidden = next === null;
      said.textContent = found ? ngettext("%(n)s message", "%(n)s messages", found) + (next ? "…" : "") : _("No message holds these words. Try the beginning of a word.");
    } catch (error) {
      said.textContent = error.detail || _("No line. Searching needs one.");
    }
    return undefined;
  }

  let timer = null;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(null), PAUSE_MS);
  });
  more.addEventListener("click", () => ask(next));
  // In a search field Escape would only empty it.
  input.addEventListener("keydown", (event) => event.key === "Escape" && close());
  const form = h("form", { class: "c-search", role: "search", on: { submit: (event) => (event.preventDefault(), ask(null)) } }, icon("search", 20), input);
  const day = h("button", { type: "button", class: "c-textlink", on: { click: () => (close(), openDayChooser(thread)) } }, icon("calendar", 20), _("Go to a day"));
  const sheet = openSheet(_("Search in this thread"), h("div", { class: "c-sheet__part" }, form, said, hits, more, day));
  sheet.classList.add("thread-search");
  input.focus();
}

export function openDayChooser(thread) {
  const { times, travel } = thread;
  const input = h("input", { class: "c-input", type: "date", max: times.day(Date.now()) });
  const go = async (event) => {
    event.preventDefault();
    if (!input.value) return tellWrong(input, _("Choose a day."));
    sheet.close();
    return travel.goToDay(input.value).catch(() => thread.say(_("No line. Try again when it is back."), true));
  };
  const form = h("form", { novalidate: true, on: { submit: go } }, h("div", { class: "c-sheet__part" }, field(_("Day"), input)), h("div", { class: "c-sheet__end" }, h("button", { type: "submit", class: "c-button c-button--main c-button--wide", text: _("Go there") })));
  const sheet = openSheet(_("Go to a day"), form);
  input.focus();
}
