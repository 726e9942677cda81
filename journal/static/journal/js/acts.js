/** What one can do with a post: take, hand back, complete, correct, withdraw, copy. All by HTTP; the answer is the post. */
import { get, post as send, remove } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { askSheet, field, openSheet, tellWrong } from "../../portal/js/sheet.js";

/** Fields that must be filled; gives whether all are. */
function filled(...controls) {
  for (const [control, sentence] of controls) {
    tellWrong(control, control.value.trim() ? "" : sentence);
    if (!control.value.trim()) return false;
  }
  return true;
}

const area = (value, rows) => h("textarea", { class: "c-input", rows, maxlength: "16000" }, value);
const reasonInput = () => h("input", { class: "c-input", type: "text", maxlength: "500", autocomplete: "off" });

/** `thread`: {view, replaced(post), say(sentence), reply(post)}. */
export class Acts {
  constructor(thread) {
    this.thread = thread;
  }

  /** Do `work` while the post's act says that it is busy; what the server refuses is said, never lost. */
  async #working(post, work) {
    const { view, replaced, say } = this.thread;
    if (view.busy.has(post.id)) return;
    view.busy.add(post.id);
    replaced(post);
    let now = post;
    try {
      now = await work();
    } catch (error) {
      now = error.code === "journal.taken" ? await this.#beaten(post, error) : post;
      if (error.code !== "journal.taken") say(error.detail || _("No line. Nothing was changed. Try again when it is back."), true);
    } finally {
      view.busy.delete(post.id);
      replaced(now);
    }
  }

  /** Somebody else was first: that is news, not an error. */
  async #beaten(post, error) {
    const owner = error.body.owner;
    this.thread.say(_("%(name)s has this", { name: this.thread.circle.called(owner) }));
    return get(`posts/${post.id}`).catch(() => ({ ...post, alert: { ...post.alert, state: "taken", owner } }));
  }

  take(post) {
    return this.#working(post, () => send(`posts/${post.id}/acknowledgement`, {}));
  }

  complete(post) {
    return this.#working(post, () => send(`posts/${post.id}/completion`, {}));
  }

  handback(post) {
    const reason = reasonInput();
    const run = async () => {
      if (!filled([reason, _("Say why, in a few words.")])) return false;
      this.thread.replaced(await remove(`posts/${post.id}/acknowledgement`, { reason: reason.value.trim() }));
      return true;
    };
    return askSheet(_("Hand back"), { fields: [h("p", { text: _("The message is open again for all who can take it.") }), field(_("Why?"), reason, _("For example: too far away before noon."))], act: _("Hand back"), run });
  }

  correct(post) {
    const text = area(post.text, 6);
    const reason = reasonInput();
    const wanted = post.media?.length ? [] : [[text, _("A message cannot be empty. To take it back, withdraw it.")]]; // files speak for themselves
    const run = async () => {
      if (!filled(...wanted, [reason, _("Say why, in a few words.")])) return false;
      this.thread.replaced(await send(`posts/${post.id}/corrections`, { text: text.value.trim(), reason: reason.value.trim() }));
      return true;
    };
    return askSheet(_("Correct the message"), { fields: [field(_("New text"), text), field(_("Why?"), reason, _("The old text stays readable."))], act: _("Correct"), run });
  }

  retract(post) {
    const reason = reasonInput();
    const run = async () => {
      if (!filled([reason, _("Say why, in a few words.")])) return false;
      this.thread.replaced(await send(`posts/${post.id}/retraction`, { reason: reason.value.trim() }));
      return true;
    };
    return askSheet(_("Withdraw the message"), { fields: [h("p", { text: _("Its words disappear for all readers. That it existed, and your reason, stay in the record.") }), field(_("Why?"), reason)], act: _("Withdraw"), run });
  }

  async copy(text) {
    await navigator.clipboard.writeText(text);
    this.thread.say(_("Text copied."));
  }

  /** Everything else that one may do with this post. */
  more(post) {
    const { view } = this.thread;
    const { circle } = view;
    const own = post.author.member === circle.member;
    const alive = !post.retracted_at && circle.mayWrite();
    const handback = post.alert?.state === "taken" && circle.role === "coordinator" && post.alert.owner?.member !== circle.member;
    const entries = [
      !post.retracted_at && ["receipts", "eye", _("Who has read it")],
      post.alert && ["steps", "history", _("What has happened")],
      post.text && ["copy", "copy", _("Copy the text")],
      alive && !view.seeAs && ["task", "todo", _("Make a task of this")],
      alive && !view.seeAs && post.text && ["appoint", "calendar", _("Put it into the agenda")],
      alive && handback && ["handback", "undo", _("Open again for others")],
      circle.mayWrite() && ["sheet", "todo-done", _("Fill a sheet")],
      alive && own && ["correct", "pen", _("Correct")],
      alive && own && ["misplaced", "alert", _("Written in the wrong thread")],
      alive && (own || circle.role === "coordinator") && ["retract", "retracted", _("Withdraw")],
    ].filter(Boolean);
    const items = entries.map(([act, sign, label]) => h("button", { type: "button", class: "c-menu__item", on: { click: () => (sheet.close(), this.thread.act(act, post)) } }, icon(sign, 20), label));
    const sheet = openSheet(_("This message"), h("div", { class: "c-sheet__part thread-menu" }, items));
  }
}
