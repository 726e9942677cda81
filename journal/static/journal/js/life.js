/** What happened to the circle itself, as lines between the posts: its states, consents, who speaks for the patient, who comes from the hospital. */
import { get } from "../../portal/js/api.js";
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";
import { fromHospital, lapsed, nextTerm, toldOfHospital } from "./life-hospital.js";

const FAMILIES = new Set(["circle", "consent", "guardian", "opposition"]);
const LONGEST_MS = 86400000;

/** The sign and the sentence of a line; `name` is who did it, "" where nobody did. */
function told(item, name) {
  if (item.kind === "circle.state_changed") {
    const words = {
      active: name ? _("Circle active again, by %(name)s", { name }) : _("Circle active again"),
      frozen: name ? _("Circle frozen by %(name)s", { name }) : _("Circle frozen"),
      closed: name ? _("Circle closed by %(name)s", { name }) : _("Circle closed"),
      deceased: name ? _("Death declared by %(name)s", { name }) : _("Death declared"),
    };
    return [item.state === "active" ? "undo" : "lock", words[item.state]];
  }
  if (item.consent) {
    const coordination = item.consent.scope === "coordination";
    if (item.consent.given) return ["check", coordination ? _("Consent to the coordinator in the care team, recorded by %(name)s", { name }) : _("Consent to sharing in the circle, recorded by %(name)s", { name })];
    return ["retracted", coordination ? _("Consent to the coordinator in the care team withdrawn, recorded by %(name)s", { name }) : _("Consent to sharing in the circle withdrawn, recorded by %(name)s", { name })];
  }
  if (item.opposition) return ["undo", _("Opposition to %(other)s withdrawn, recorded by %(name)s", { other: item.opposition.member.name, name })];
  if (item.guardian && item.kind === "guardian.named") return ["people", _("%(other)s exercises the patient's rights, recorded by %(name)s", { other: item.guardian.member.name, name })];
  return item.guardian ? ["people", _("%(other)s no longer exercises the patient's rights", { other: item.guardian.member.name })] : [null, null];
}

export class Life {
  #lines = [];
  #term = 0; // the timer of the next term that passes

  /** `list` is where the posts stand; what came after the newest of them stands below it. */
  constructor(thread, list) {
    this.thread = thread;
    this.tail = h("div", { class: "thread-life-tail" });
    list.after(this.tail);
    thread.view.life = this;
  }

  /** All lines so far; `arrived()` once they are here, when there are any. */
  async begin(arrived) {
    const { items } = await get(`circles/${this.thread.id_}/life`);
    this.#lines = items.filter((item) => item.kind !== "void");
    if (this.#lines.length) arrived();
    this.drawTail();
  }

  /** A change from the socket, if it is one of these. */
  take(item) {
    if (!FAMILIES.has(item.kind.split(".")[0]) && !fromHospital(item)) return;
    if (!this.#lines.some((line) => line.seq === item.seq)) this.#lines.push(item);
    this.#lines.sort((one, other) => one.seq - other.seq);
    this.drawTail();
  }

  /** The nodes of what happened between two posts; without `previous`, only when nothing lies above. */
  between(previous, post) {
    const { posts } = this.thread;
    const from = previous?.seq ?? (posts.next === null ? 0 : post.seq);
    const since = previous ? Date.parse(previous.received_at) : posts.next === null ? 0 : Infinity;
    return [...this.#shown(from, post.seq), ...this.#lapsed(since, Date.parse(post.received_at))].map((item) => this.#draw(item));
  }

  drawTail() {
    const { newest } = this.thread.posts;
    const items = [...this.#shown(newest?.seq ?? 0, Infinity), ...this.#lapsed(newest ? Date.parse(newest.received_at) : 0, Infinity)];
    this.tail.replaceChildren(...items.map((item) => this.#draw(item)).filter(Boolean));
    clearTimeout(this.#term);
    const wait = nextTerm(this.#lines) - Date.now();
    if (wait < LONGEST_MS) this.#term = setTimeout(() => this.drawTail(), wait + 1000);
  }

  #lapsed(since, until) {
    return lapsed(this.#lines).filter(({ at }) => Date.parse(at) > since && Date.parse(at) <= until);
  }

  #shown(above, below) {
    return this.#lines.filter((item) => item.seq > above && item.seq < below && !(this.thread.view.seeAs && (item.opposition || item.glass)));
  }

  #draw(item) {
    const about = item.consent ?? item.opposition ?? item.guardian ?? item;
    const who = item.opposition ? about.withdrawn_by : about.by;
    const [sign, words] = fromHospital(item) ? toldOfHospital(item, this.thread, this.#lines) : told(item, who ? this.thread.circle.called(who) : "");
    if (!words) return null;
    const reason = item.opposition ? "" : about.reason;
    return h("p", { class: "c-retracted" }, icon(sign, 20), h("span", null, `${words}, ${this.thread.times.brief(item.at)}.`, reason && ` ${_("Reason: %(reason)s", { reason })}`));
  }
}
