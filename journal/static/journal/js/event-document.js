/** A hospital's document, read where it stands: its sections are fetched when somebody opens it, and forgotten with the page. */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { actButton } from "./parts.js";
import { drawSuggestions } from "./event-todos.js";

// Post → {open, state: "loading" | "here" | "failed", answer, detail}: a post is drawn anew whenever it changes.
const reading = new Map();

/** The author and date, the button that opens it, and what stands in it once it is open. */
export function drawReading(post, view) {
  const { document: about = {} } = post.event;
  const now = reading.get(post.id);
  const date = about.date && view.times.full(about.date, { time: false });
  const label = now?.open ? _("Close the document") : _("Read the document");
  return h(
    "div",
    { class: "c-paper" },
    h("p", { class: "c-paper__about", text: [about.author, date].filter(Boolean).join(" · ") }),
    actButton("read-document", { class: "c-textlink", "aria-expanded": String(Boolean(now?.open)) }, icon(now?.open ? "up" : "down", 20), label),
    now?.open && h("div", { class: "c-paper__body" }, opened(now, post, view)),
  );
}

function opened(now, post, view) {
  if (now.state === "loading") return h("div", { class: "c-loading", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  if (now.state === "failed") {
    return h("div", { class: "c-note", role: "alert" }, icon("alert", 20), h("div", null, h("p", { text: now.detail || _("No line. The document opens as soon as it is back.") }), actButton("again-document", { class: "c-textlink" }, _("Try again"))));
  }
  const { sections = [], todos = [] } = now.answer;
  return [
    ...sections.map(drawSection),
    !sections.length && h("p", { class: "u-soft", text: _("This document has no text of its own: open the file that comes with it.") }),
    todos.length > 0 && drawSuggestions(post, view, todos),
  ];
}

/** A section as the hospital wrote it: {title, blocks}; `cut` where it had more than is kept. */
export function drawSection({ title, blocks = [], cut }) {
  const more = cut && h("p", { class: "u-soft", text: _("There is more of this section: open the file that comes with the document, or ask the hospital.") });
  return h("section", null, title && h("h4", { text: title }), blocks.map(drawBlock), more);
}

const BLOCKS = {
  paragraph: ({ text }) => h("p", { text }),
  list: ({ items = [], ordered }) => h(ordered ? "ol" : "ul", null, items.map((item) => h("li", { text: words(item) }))),
  table: ({ head = [], rows = [], caption }) =>
    h(
      "div",
      { class: "c-paper__table", tabindex: "0", role: "region", "aria-label": caption || _("Table") },
      h("table", null, caption && h("caption", { text: caption }), head.length > 0 && h("thead", null, h("tr", null, head.map((cell) => h("th", { scope: "col", text: words(cell) })))), h("tbody", null, rows.map((row) => h("tr", null, row.map((cell) => h("td", { text: words(cell) })))))),
    ),
};
const words = (value) => (typeof value === "string" ? value : (value?.text ?? ""));

/** One block; of a kind that this page does not know, its text. */
function drawBlock(block) {
  return (BLOCKS[block.kind] ?? BLOCKS.paragraph)(block);
}

/** The acts of the thread's page: open or close, and try again. */
export function documentActs(thread) {
  const draw = (post) => thread.travel.pane.redraw(thread.posts.byId.get(post.id) ?? post);
  const load = async (post) => {
    const now = { open: true, state: "loading" };
    reading.set(post.id, now);
    draw(post);
    try {
      Object.assign(now, { state: "here", answer: await get(`posts/${post.id}/document`) });
    } catch (error) {
      Object.assign(now, { state: "failed", detail: error.detail });
    }
    draw(post);
  };
  return {
    "read-document": (post) => {
      const now = reading.get(post.id);
      if (!now || now.state === "failed") return load(post);
      now.open = !now.open;
      return draw(post);
    },
    "again-document": load,
  };
}

/** What a document proposes to do, once somebody has opened it; [] before. */
export const todosOf = (id) => reading.get(id)?.answer?.todos ?? [];
