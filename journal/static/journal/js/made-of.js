/** Under a post: how the tasks stand that were made of it, as they are now. */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";

export class MadeOf {
  #byPost = new Map();

  constructor(thread) {
    this.thread = thread;
    this.#load().catch(() => {}); // without a line the thread stands; what changes comes by the socket
  }

  async #load() {
    const { items } = await get(`circles/${this.thread.id_}/tasks?posts=1`);
    items.forEach((task) => this.take(task));
  }

  /** A task as it is now. */
  take(task) {
    if (!task.post) return;
    const here = this.#byPost.get(task.post) ?? new Map();
    if ((here.get(task.id)?.seq ?? 0) > task.seq) return; // the socket was faster than the answer
    this.#byPost.set(task.post, here.set(task.id, task));
    const post = this.thread.posts.byId.get(task.post);
    if (post) this.thread.travel.pane.redraw(post);
  }

  /** The lines under a post, the first made first; [] for nearly all. */
  under(post, view) {
    const tasks = [...(this.#byPost.get(post.id)?.values() ?? [])].sort((one, other) => one.made_at.localeCompare(other.made_at));
    if (!tasks.length || view.seeAs || post.retracted_at) return [];
    const page = `/circles/${this.thread.id_}/tasks`;
    return [h("ul", { class: "c-madeof" }, tasks.map((task) => h("li", null, h("a", { class: "c-madeof__task", href: `${page}#task-${task.id}`, data: { "made-task": task.id } }, icon(SIGNS[task.state] ?? "todo", 20), h("span", null, h("b", { text: task.title }), " ", h("span", { text: this.#words(task) }))))))];
  }

  #words({ state, taker, late }) {
    if (state === "done") return _("Task done");
    if (state === "cancelled") return _("Task cancelled");
    if (state === "taken") return _("%(name)s has this task", { name: this.thread.circle.called(taker) });
    return late ? _("Task to do, late") : _("Task to do");
  }
}

const SIGNS = { done: "todo-done", cancelled: "retracted", taken: "todo" };
