/** Answers that are photos: by the phone's camera or from files, made small, sent while one goes on answering. */
import { Shot } from "../../journal/js/photo-shot.js";
import { h } from "./dom.js";
import { whyRefused } from "./file-words.js";
import { _ } from "./i18n.js";
import { icon } from "./signs.js";

function picker(label, sign, how, chose) {
  const input = h("input", { type: "file", class: "u-hidden", accept: "image/*,.heic,.heif", tabindex: "-1", "aria-hidden": "true", ...how, on: { change: () => chose([...input.files], input) } });
  return h("span", null, h("button", { type: "button", class: "c-button", on: { click: () => input.click() } }, icon(sign), label), input);
}

const WORDS = {
  waiting: () => _("On its way"),
  sending: () => _("On its way"),
  ready: () => _("Arrived"),
};

/** `attachments`: those of the page; this question names its own by their ids. */
export function drawPhotos(item, _id, changed, attachments) {
  let mine = [];
  const list = h("ul", { class: "c-shots" });
  const urls = new Map();
  const wrong = h("p", { class: "c-field__error", role: "alert", hidden: true });
  const chose = async (files, input) => {
    wrong.hidden = true;
    for (const file of item.repeats ? files : files.slice(0, 1)) await take(file);
    input.value = "";
  };
  const phone = matchMedia("(pointer: coarse)").matches;
  const ways = h("div", { class: "c-buttons" }, phone && picker(_("Take a photo"), "camera", { capture: "environment" }, chose), picker(item.repeats ? _("Choose photos") : _("Choose a photo"), "images", { multiple: Boolean(item.repeats) }, chose));
  const node = h("div", { class: "c-photos" }, list, ways, wrong);

  async function take(file) {
    try {
      const [made, facts] = await (await Shot.ofFile(file)).made(false);
      if (!item.repeats) await Promise.all(mine.splice(0).map((id) => attachments.remove(id)));
      const attachment = await attachments.add(made, facts);
      mine.push(attachment.id);
    } catch {
      wrong.textContent = _("This photo can't be read. Choose another one, or take it again.");
      wrong.hidden = false;
    }
    draw();
    changed();
  }

  const found = () => mine.map((id) => attachments.list.find((one) => one.id === id)).filter(Boolean);

  async function remove(id) {
    mine = mine.filter((one) => one !== id);
    await attachments.remove(id);
    draw();
    changed();
  }

  function shot(one) {
    const image = h("img", { class: "c-shot__image", alt: "" });
    if (urls.has(one.id)) image.src = urls.get(one.id);
    else attachments.content(one.id).then((blob) => blob && (urls.set(one.id, URL.createObjectURL(blob)), (image.src = urls.get(one.id)))).catch(() => {});
    const words = one.state === "refused" ? whyRefused(one) : one.stuck ? _("Waits for the line. It is kept on this device.") : WORDS[one.state]();
    return h("li", { class: "c-shot" }, image, h("span", { class: "c-shot__words", text: words }), h("button", { type: "button", class: "c-button c-button--quiet", on: { click: () => remove(one.id) } }, icon("discard", 20), _("Remove the photo")));
  }

  function draw() {
    list.replaceChildren(...found().map(shot));
    list.hidden = !mine.length;
    ways.hidden = !item.repeats && mine.length > 0;
  }

  let states = "";
  attachments.addEventListener("change", () => {
    const now = found().map(({ id, state, stuck }) => `${id} ${state} ${stuck}`).join();
    if (now === states) return;
    states = now;
    draw();
    changed();
  });
  draw();
  return {
    node,
    group: true,
    get first() {
      return node.querySelector("button");
    },
    read() {
      const refused = found().find(({ state }) => state === "refused");
      return { values: found().filter(({ state }) => state !== "refused").map(({ medium }) => medium ?? null), wrong: refused && whyRefused(refused) };
    },
    write(values, ids = []) {
      mine = ids;
      draw();
    },
    kept: () => mine,
  };
}
