/** The tray above the field: what goes with the words, how far it is, and taking it off again. */
import { h } from "../../portal/js/dom.js";
import { fileLine, updateLines } from "../../portal/js/file-line.js";
import { fileSize } from "../../portal/js/file-size.js";
import { whyRefused } from "../../portal/js/file-words.js";
import { _ } from "../../portal/js/i18n.js";
import { icon } from "../../portal/js/signs.js";

const SIDE = 96; // twice the size on screen, for dense ones

export class Tray {
  #drawn = "";
  #told = new Map();
  #previews = new Map();
  #painted = new Set();

  /** `edit(attachment)` opens a photo or a voice note anew where there is something to open it with; `said` is spoken, not seen. */
  constructor(root, said, attachments, { edit }) {
    Object.assign(this, { root, said, attachments, edit });
    attachments.addEventListener("change", () => this.draw());
    const follow = () => updateLines(this.root, attachments.list);
    attachments.addEventListener("progress", follow);
    for (const event of ["online", "offline"]) addEventListener(event, follow);
    root.addEventListener("click", (event) => this.#clicked(event));
  }

  draw() {
    const { list } = this.attachments;
    const drawn = list.map(({ id, key, state, kind }) => `${id} ${key} ${kind} ${state === "refused"}`).join();
    for (const file of list) this.#paint(file).catch(() => {}); // a format that this browser does not read keeps its grey place
    if (drawn === this.#drawn) return updateLines(this.root, list);
    this.#drawn = drawn;
    const held = this.root.contains(document.activeElement);
    this.root.hidden = !list.length;
    this.root.replaceChildren(...list.map((file) => fileLine(file, { preview: this.#preview(file), tools: this.#tools(file) })));
    if (held) this.root.querySelector("button")?.focus();
    this.#tell(list);
  }

  #tools(file) {
    const button = (act, sign, label) => h("button", { type: "button", class: "c-iconbutton", data: { "tray-act": act }, "aria-label": label }, icon(sign));
    const editable = file.state !== "refused" && this.edit(file);
    const open = file.kind === "voice" ? ["play", _("Listen again to %(name)s", { name: file.name })] : ["pen", _("Change %(name)s", { name: file.name })];
    return [editable && button("edit", ...open), button("remove", "close", _("Take off %(name)s", { name: file.name }))].filter(Boolean);
  }

  /** A small picture of a photo, drawn here: no copy of it goes anywhere else. */
  #preview(file) {
    if (file.kind !== "photo" || file.state === "refused") return null;
    const known = this.#previews.get(file.key);
    if (known) return known;
    const canvas = h("canvas", { class: "c-attached__preview", width: SIDE, height: SIDE, "aria-hidden": "true" });
    this.#previews.set(file.key, canvas);
    return canvas;
  }

  /** Once its bytes are there; a file that was changed has another key. */
  async #paint(file) {
    const { id, key } = file;
    const canvas = this.#preview(file);
    if (!canvas || this.#painted.has(key)) return;
    this.#painted.add(key);
    const content = await this.attachments.content(id);
    if (!content) return this.#painted.delete(key);
    const picture = await createImageBitmap(content);
    const scale = SIDE / Math.min(picture.width, picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext("2d").drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    picture.close();
  }

  #clicked(event) {
    const act = event.target.closest("[data-cercle-tray-act]")?.dataset.cercleTrayAct;
    const id = event.target.closest("[data-cercle-file]")?.dataset.cercleFile;
    if (act === "remove") this.attachments.remove(id);
    else if (act === "edit") this.edit(this.attachments.list.find((one) => one.id === id))?.();
  }

  /** One sentence for each that came or was refused. */
  #tell(list) {
    for (const file of list) {
      const refused = file.state === "refused";
      if (this.#told.get(file.id) === refused) continue;
      this.#told.set(file.id, refused);
      this.said.textContent = refused ? `${file.name}: ${whyRefused(file)}` : _("%(name)s joined, %(size)s.", { name: file.name, size: fileSize(file.bytes) });
    }
  }
}
