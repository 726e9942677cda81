/** The patient at a glance: entries are added, changed and ended in place, with a moment to undo; measures are withdrawn. */
import { call, get } from "./api.js";
import { h, hook } from "./dom.js";
import { _ } from "./i18n.js";

const room = hook("room");
const path = `circles/${room.dataset.cercleRoom}`;
const said = hook("said");
const changed = () => document.dispatchEvent(new CustomEvent("cercle:room-changed"));
const NO_LINE = () => _("No line. Nothing was changed.");

/** What was done, with a way back; the sentence stays until the next act. */
function tell(words, undo) {
  const button = h("button", { class: "c-textlink", type: "button", text: _("Undo") });
  button.addEventListener("click", async () => {
    await tried(undo);
    said.replaceChildren();
  });
  said.replaceChildren(h("p", { class: "c-note" }, h("span", { text: words }), button));
  button.focus();
}

async function tried(act) {
  try {
    const answer = await act();
    changed();
    return answer ?? true;
  } catch (problem) {
    said.replaceChildren(h("p", { class: "c-note c-note--wrong", role: "alert", text: problem.detail || NO_LINE() }));
    return null;
  }
}

async function end(entry) {
  const address = `${path}/summary/${entry}`;
  if (await tried(() => call("DELETE", address, { body: { reason: "" } }))) {
    tell(_("This no longer counts. It stays in the record."), () => call("PATCH", address, { body: { ended: false } }));
  }
}

async function withdraw(measure) {
  const address = `${path}/measures/${measure}/withdrawal`;
  if (await tried(() => call("POST", address, { body: { reason: "" } }))) {
    tell(_("The measure is withdrawn. It stays in the record."), () => call("DELETE", address));
  }
}

/** What an entry said before, under its words. */
async function past(button) {
  const list = button.closest("li").querySelector(".c-fact__past");
  const open = list.hidden;
  button.setAttribute("aria-expanded", String(open));
  list.hidden = !open;
  if (!open || list.childElementCount) return;
  try {
    const { versions } = await get(`${path}/summary/${button.dataset.cercleEntryPast}`);
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    const words = (one) => [one.gir && _("GIR %(n)s", { n: one.gir }), one.text].filter(Boolean).join(". ");
    list.replaceChildren(...versions.reverse().map((one) => h("li", {}, h("q", { text: words(one) }), h("br"), `${one.by?.name ?? ""}, ${day.format(new Date(one.at))}`)));
  } catch (problem) {
    list.replaceChildren(h("li", { text: problem.detail || NO_LINE() }));
  }
}

const ACTS = [["cercleEntryEnd", end], ["cercleMeasureWithdraw", withdraw]];
room.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  for (const [name, act] of ACTS) if (name in button.dataset) act(button.dataset[name]);
  if ("cercleEntryPast" in button.dataset) past(button);
  if ("cercleEntryAdd" in button.dataset || "cercleEntryChange" in button.dataset) openEntry(button.dataset);
});

const sheet = hook("entry-sheet");
let being = {}; // what is being written: an entry's id and version, or a new one's key

function openEntry(known) {
  const form = hook("entry-form", sheet);
  const { field, text, gir, until } = form.elements;
  form.reset();
  being = known.cercleEntryChange ? { id: known.cercleEntryChange, version: Number(known.version) } : { key: crypto.randomUUID() };
  for (const option of field.options) option.hidden = option.disabled = known.cercleEntryAdd !== undefined && option.dataset.part !== known.cercleEntryAdd;
  field.value = known.field ?? [...field.options].find((option) => !option.disabled).value;
  text.value = known.text ?? "";
  gir.value = known.gir ?? "";
  until.value = known.until ?? "";
  hook("entry-field", sheet).hidden = hook("entry-readers", sheet).hidden = Boolean(being.id);
  hook("wrong", sheet).hidden = true;
  fit();
  sheet.showModal();
  text.focus();
}

/** Only what means something for the field is asked. */
function fit() {
  const { field } = hook("entry-form", sheet).elements;
  hook("entry-gir", sheet).hidden = field.value !== "autonomy";
  hook("entry-until", sheet).hidden = field.value !== "treatment";
}

function body(form) {
  const { field, text, gir, until } = form.elements;
  const more = {};
  if (field.value === "autonomy") more.gir = gir.value ? Number(gir.value) : null;
  if (field.value === "treatment") more.until = until.value || null;
  if (being.id) return { text: text.value, version: being.version, ...more };
  return { field: field.value, text: text.value, audience: form.elements.audience.value, ...more };
}

async function save(event) {
  event.preventDefault();
  const form = event.target;
  const wrong = hook("wrong", sheet);
  try {
    if (being.id) await call("PATCH", `${path}/summary/${being.id}`, { body: body(form) });
    else await call("POST", `${path}/summary`, { body: body(form), headers: { "Idempotency-Key": being.key } });
    sheet.close();
    said.replaceChildren();
    changed();
  } catch (problem) {
    if (problem.code === "plan.changed_meanwhile") being.version = problem.body.version;
    wrong.textContent = problem.detail || NO_LINE();
    wrong.hidden = false;
    form.elements.text.focus();
  }
}

if (sheet) {
  hook("close", sheet).addEventListener("click", () => sheet.close());
  hook("entry-form", sheet).addEventListener("submit", save);
  sheet.querySelector("[name=field]").addEventListener("change", fit);
}
