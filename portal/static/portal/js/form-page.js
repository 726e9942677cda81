/** The page on which a sheet is filled: kept sealed on this device while one answers, sent once, nothing lost without a line. */
import { NoLine, passing, post } from "./api.js";
import { Attachments } from "./attachments.js";
import { person } from "./clearing.js";
import { h, hook, pageData } from "./dom.js";
import { Draft } from "./drafts.js";
import { Following } from "./form-follow.js";
import { FormView } from "./form-view.js";
import { _ } from "./i18n.js";
import { icon } from "./signs.js";

const root = hook("sheet-form");
const { circle, form } = pageData("sheet-about");
const attachments = new Attachments(person(), circle);
const view = new FormView(pageData("sheet-questions"), attachments);
const draft = new Draft(person(), `sheet:${circle}:${form}`);
const said = hook("sheet-said", root);
const audience = () => root.elements.audience?.value || new FormData(root).get("audience");
const body = () => ({ form, answers: view.answers(), audience: audience() });
const following = new Following(hook("sheet-follows", root), { circle, view, ask: body });
let key = crypto.randomUUID();
let gone = false;

function keep() {
  if (!gone) draft.save({ ...view.kept(), attachments: attachments.kept(), audience: audience(), key });
}

function say(sentence, { wrong = false, link } = {}) {
  said.replaceChildren(...(sentence ? [h("p", { class: wrong ? "c-note c-note--wrong" : "c-note" }, icon(wrong ? "alert" : "info", 20), h("span", null, sentence, link && [" ", h("a", link)]))] : []));
}

async function bringBack() {
  const left = await draft.load();
  if (!left) return;
  key = left.key ?? key;
  attachments.restore(left.attachments ?? []);
  view.restore(left);
  const chosen = root.querySelector(`[name="audience"][value="${CSS.escape(left.audience ?? "")}"]`);
  if (chosen) chosen.checked = true;
  const away = h("button", { type: "button", class: "c-textlink", text: _("Start anew"), on: { click: () => startAnew() } });
  said.replaceChildren(h("div", { class: "c-note" }, icon("history", 20), h("span", null, _("Your answers of before are back: they had not been sent."), " ", away)));
}

async function startAnew() {
  gone = true;
  draft.save(null);
  await draft.flush();
  for (const { id } of [...attachments.list]) await attachments.remove(id);
  location.reload();
}

/** Photos that are on their way are waited for; gives whether all have arrived. */
function arrived() {
  const open = () => attachments.good.filter(({ medium }) => !medium);
  if (!open().length) return Promise.resolve(true);
  say(_("The photos are on their way. The sheet goes as soon as they have arrived."));
  return new Promise((done) => {
    const look = () => {
      const waiting = open();
      if (waiting.length && !waiting.some(({ stuck }) => stuck)) return;
      attachments.removeEventListener("change", look);
      done(!waiting.length);
    };
    attachments.addEventListener("change", look);
    look();
  });
}

async function send() {
  if (!view.check()) return say(_("Some answers are missing or not as asked. They are marked above; nothing is lost."), { wrong: true });
  if (!(await arrived())) throw new NoLine();
  const filled = await post(`circles/${circle}/sheets`, body(), { headers: { "Idempotency-Key": key } });
  gone = true;
  draft.save(null);
  await draft.flush();
  location.assign(`/circles/${circle}/sheets/${filled.id}?sent`);
}

function refused(error) {
  if (error.code === "records.key_reused") return say(_("An earlier try has arrived after all, with other answers."), { wrong: true, link: { href: `/circles/${circle}/sheets`, text: _("See the sheets") } });
  if (passing(error)) return say(_("No line. Nothing is lost: your answers are kept on this device, sealed. Send again when the line is back."), { wrong: true });
  const errors = Object.fromEntries(Object.entries(error.errors ?? {}).map(([place, sentence]) => [place.replace(/^answers\./, ""), sentence]));
  view.tell(errors);
  return say(error.detail || _("It could not be sent. Nothing is lost: try again."), { wrong: true });
}

root.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = hook("sheet-send", root);
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    await send();
  } catch (error) {
    await draft.flush(); // what is said to be kept is kept
    refused(error);
  } finally {
    button.removeAttribute("aria-busy");
  }
});
view.addEventListener("change", () => (keep(), following.soon()));
root.addEventListener("change", (event) => event.target.name === "audience" && (keep(), following.soon()));
addEventListener("online", () => following.look());
hook("sheet-place", root).replaceChildren(view.node);
bringBack().catch(() => {}).finally(() => following.look());
