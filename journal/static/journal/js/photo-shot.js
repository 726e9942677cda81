/** One photo that is not part of a message yet: its file as it came, and what was done to it and said of it. */
import { decoded, drawn, finished } from "./photo-making.js";
import { takenAt } from "./photo-dates.js";

const PREVIEW = 1600;
const MARK = 144;

export class Shot {
  edits = [];
  caption = "";
  site = "";
  mark = null;

  constructor(file, { name, takenAt: at }) {
    Object.assign(this, { file, name, takenAt: at });
  }

  static async ofFile(file) {
    return new Shot(file, { name: file.name, takenAt: await takenAt(file) });
  }

  static ofCamera(blob) {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
    return new Shot(blob, { name: `photo-${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}.jpg`, takenAt: now.toISOString() });
  }

  /** One that stands in the tray: what comes of it takes its place. */
  static ofAttachment({ id, name, facts }, content) {
    const said = { caption: facts.caption ?? "", site: facts.site ?? "" };
    return Object.assign(new Shot(content, { name, takenAt: facts.taken_at }), { replaces: id, said, ...said });
  }

  /** Whether the tray has it as it is here. */
  get same() {
    return Boolean(this.replaces) && !this.edits.length && this.caption === this.said.caption && this.site === this.said.site;
  }

  /** The whole picture as a canvas to edit, or null where this browser can't read it; its small mark is made on the way. */
  async preview() {
    const image = await decoded(this.file);
    if (!image) return null;
    const canvas = drawn(image, PREVIEW);
    image.close();
    this.mark ??= drawn(canvas, MARK);
    return canvas;
  }

  /** What the message takes: the file (null: the one that it has) and its facts. */
  async made(full) {
    if (this.replaces && !this.edits.length) return [null, { caption: this.caption.trim(), site: this.site }];
    const { file, width, height } = await finished(this, full);
    const name = file === this.file ? this.name : `${this.name.replace(/\.\w+$/, "")}.jpg`;
    const facts = { kind: "photo", name, taken_at: this.takenAt, caption: this.caption.trim(), site: this.site, width, height };
    return [file, Object.fromEntries(Object.entries(facts).filter(([, value]) => value))];
  }
}
