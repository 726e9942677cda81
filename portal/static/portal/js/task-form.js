/** The sheet in which a task is written, or changed: what was typed stays whatever the server says. */
import { call, get } from "./api.js";
import { hook } from "./dom.js";
import { _ } from "./i18n.js";
import { tellWrong } from "./sheet.js";
import { momentOf, wallClock } from "./zoned.js";

const READERS = { care_team: [], wider_team: ["wider_team"], patient: ["patient"], relatives: ["relatives"], circle: ["wider_team", "patient", "relatives"] };
const FIELDS = { title: "title", to: "to", due_at: "day", repeat: "repeat", note: "note" };
export const NO_LINE = () => _("No line. Nothing was changed. Try again when it is back.");

class TaskForm {
  #changed = null;
  #key = null;
  #kept = null; // the task that is changed, or {post} of which a new one is made

  constructor(sheet, path, tell) {
    Object.assign(this, { sheet, path, tell, form: hook("task-form", sheet), zone: sheet.dataset.cercleZone });
    this.form.addEventListener("change", () => this.#adapt());
    this.form.addEventListener("submit", (event) => this.#submit(event));
    hook("close", sheet).addEventListener("click", () => sheet.close());
  }

  /** A new one; what was begun before stands there still. */
  add() {
    if (this.#changed) this.form.reset();
    this.#open(null, this.#changed ? { post: null } : (this.#kept ?? { post: null }));
  }

  /** A new one of a message, whose words stand in the form already; once, and not in the next one. */
  begin(post) {
    const { title } = this.form.elements;
    const { value } = title;
    title.defaultValue = "";
    title.value = value;
    this.#open(null, { post });
  }

  async change(button, task) {
    try {
      const now = await get(`${this.path}/${task}`);
      this.form.reset();
      this.#fill(now);
      this.#open(task, now);
    } catch (problem) {
      this.tell(problem.detail || NO_LINE(), null, true);
    }
  }

  #fill({ title, note, urgency, to, due_at: due, repeat, audience }) {
    const { elements } = this.form;
    elements.title.value = title;
    elements.note.value = note;
    elements.urgent.checked = urgency === "urgent";
    elements.to.value = to.length === 1 ? to[0] : "";
    elements.audience.value = audience;
    const { day, time } = due ? wallClock(due, this.zone) : { day: "", time: "18:00" };
    Object.assign(elements.day, { value: day });
    Object.assign(elements.time, { value: time });
    elements.repeat.value = repeat?.after_days ? "after" : (repeat?.rule ?? "");
    if (repeat?.after_days) elements.days.value = repeat.after_days;
  }

  #open(task, kept) {
    this.#changed = task;
    this.#kept = kept;
    this.#key = crypto.randomUUID();
    for (const part of this.sheet.querySelectorAll("[data-cercle-for-new]")) part.hidden = task !== null;
    hook("made", this.sheet)?.toggleAttribute("hidden", !kept.post || task !== null);
    for (const part of this.sheet.querySelectorAll("[data-cercle-for-change]")) part.hidden = task === null;
    this.#wrong({});
    this.#adapt();
    this.sheet.showModal();
    this.form.elements.title.focus();
  }

  /** Whom one may ask follows who reads; how many days only where it is counted from each time. */
  #adapt() {
    const { elements } = this.form;
    const standings = new Set(["care_team", ...(READERS[elements.audience.value] ?? [])]);
    for (const option of elements.to.querySelectorAll("[data-standing]")) option.disabled = !standings.has(option.dataset.standing);
    if (elements.to.selectedOptions[0]?.disabled) elements.to.value = "";
    hook("after", this.form).hidden = elements.repeat.value !== "after";
  }

  #body() {
    const { title, note, to, urgent, day, time, repeat, days, audience } = this.form.elements;
    const several = this.#changed && this.#kept.to.length > 1 && !to.value;
    const again = repeat.value === "after" ? { after_days: Number(days.value) } : repeat.value ? { rule: repeat.value } : null;
    const odd = this.#changed && this.#kept.repeat?.rule && !repeat.value && repeat.selectedIndex < 0; // a rule that this form has no word for
    const body = {
      title: title.value, note: note.value, urgency: urgent.checked ? "urgent" : "todo", ...(several ? {} : { to: to.value ? [to.value] : [] }),
      due_at: day.value ? momentOf(day.value, time.value || "18:00", this.zone) : null, ...(odd ? {} : { repeat: again }),
    };
    if (this.#changed && body.due_at && Date.parse(body.due_at) === Date.parse(this.#kept.due_at)) delete body.due_at;
    return this.#changed ? body : { ...body, audience: audience.value, post: this.#kept.post };
  }

  async #submit(event) {
    event.preventDefault();
    const button = this.form.querySelector("[type=submit]");
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    try {
      if (this.#changed) await call("PATCH", `${this.path}/${this.#changed}`, { body: this.#body() });
      else await call("POST", this.path, { body: this.#body(), headers: { "Idempotency-Key": this.#key } });
      const changed = this.#changed;
      this.form.reset();
      this.#kept = null;
      this.sheet.close();
      this.tell(changed ? _("The task is changed.") : _("The task is added."));
      document.dispatchEvent(new CustomEvent("cercle:room-changed"));
    } catch (problem) {
      this.#wrong(problem);
      if (problem.status === 422) this.#key = crypto.randomUUID();
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** Beside the field that it is about, else at the foot. */
  #wrong(problem) {
    const at = Object.keys(problem.errors ?? {}).map((name) => FIELDS[name]).find(Boolean);
    for (const name of new Set(Object.values(FIELDS))) tellWrong(this.form.elements[name], name === at ? Object.values(problem.errors)[0] : "");
    const foot = hook("wrong", this.form);
    foot.textContent = at || !(problem instanceof Error) ? "" : problem.detail || NO_LINE();
    foot.hidden = !foot.textContent;
  }
}

/** Begins the sheet where the reader may write; opens it at once where the address names a message. */
export function beginForm(room, path, tell) {
  const sheet = hook("task-sheet");
  if (!sheet) return null;
  const form = new TaskForm(sheet, path, tell);
  const post = sheet.dataset.cercleBegunPost;
  hook("task-new", room).addEventListener("click", () => form.add());
  if (post) {
    form.begin(post);
    history.replaceState(null, "", location.pathname); // a reload asks nothing again
  }
  return form;
}
