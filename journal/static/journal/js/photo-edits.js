/* What one does to a photo, as data: a list of {kind: "crop" | "blur" | "arrow", x, y, w, h} in parts of the whole picture, so
 * that the same edits fit the preview and what is sent. An arrow starts at x, y; its w and h lead to the tip and may be negative. */

export const WHOLE = { x: 0, y: 0, w: 1, h: 1 };
const LEAST = 0.04;
/** Blocks over the shorter side of a blurred region: too few to tell a face or a word. */
const BLOCKS = 5;
const LEAST_BLOCK_PX = 24;

/** What the last crop leaves. */
export function cropOf(edits) {
  return edits.findLast((edit) => edit.kind === "crop") ?? WHOLE;
}

/** A new edit in the middle of what is in view. */
export function begun(kind, view) {
  const part = kind === "crop" ? 0.8 : 0.3;
  const w = view.w * part;
  const h = view.h * part;
  const x = view.x + (view.w - w) / 2;
  const y = view.y + (view.h - h) / 2;
  return kind === "arrow" ? { kind, x, y: y + h, w, h: -h } : { kind, x, y, w, h };
}

/** Edit `edit` moved by parts of the picture; it stays inside. */
export function moved(edit, dx, dy) {
  const box = boxOf(edit);
  const x = clamp(box.x + dx, 0, 1 - box.w) - box.x;
  const y = clamp(box.y + dy, 0, 1 - box.h) - box.y;
  return { ...edit, x: edit.x + x, y: edit.y + y };
}

/** The same with its middle at a point. */
export function centred(edit, { x, y }) {
  const box = boxOf(edit);
  return moved(edit, x - box.x - box.w / 2, y - box.y - box.h / 2);
}

/** The points by which an edit is stretched, each with the one that stays: corners, or an arrow's two ends. */
export function ends(edit) {
  const { x, y, w, h } = edit;
  const [start, tip] = [{ x, y }, { x: x + w, y: y + h }];
  const pairs = [{ at: tip, stays: start }, { at: start, stays: tip, start: true }];
  if (edit.kind === "arrow") return pairs;
  const [left, right] = [{ x, y: y + h }, { x: x + w, y }];
  return [...pairs, { at: left, stays: right }, { at: right, stays: left }];
}

/** Its far corner, or the tip of an arrow, moved. */
export function stretched(edit, dx, dy) {
  if (edit.kind === "arrow") return { ...edit, w: clamp(edit.x + edit.w + dx, 0, 1) - edit.x, h: clamp(edit.y + edit.h + dy, 0, 1) - edit.y };
  return { ...edit, w: clamp(edit.w + dx, LEAST, 1 - edit.x), h: clamp(edit.h + dy, LEAST, 1 - edit.y) };
}

/** From one point to another; regions have positive sides. */
export function spanned(kind, from, to) {
  const [a, b] = [from, to].map(({ x, y }) => ({ x: clamp(x, 0, 1), y: clamp(y, 0, 1) }));
  if (kind === "arrow") return { kind, x: a.x, y: a.y, w: b.x - a.x, h: b.y - a.y };
  const w = Math.max(LEAST, Math.abs(b.x - a.x));
  const h = Math.max(LEAST, Math.abs(b.y - a.y));
  return { kind, x: Math.min(a.x, b.x, 1 - w), y: Math.min(a.y, b.y, 1 - h), w, h };
}

/** The box around an edit, with positive sides. */
export function boxOf({ x, y, w, h }) {
  return { x: Math.min(x, x + w), y: Math.min(y, y + h), w: Math.abs(w), h: Math.abs(h) };
}

export function clamp(value, least, most) {
  return Math.min(Math.max(value, least), Math.max(least, most));
}

/** Draw blurred regions and arrows into the pixels of the whole picture, in the order in which they were made. */
export function paint(canvas, edits) {
  for (const edit of edits) ({ blur, arrow })[edit.kind]?.(canvas, edit);
}

/** Each block becomes its mean colour: what stood there can't be told from what is left. */
function blur(canvas, edit) {
  const x = Math.floor(edit.x * canvas.width);
  const y = Math.floor(edit.y * canvas.height);
  const w = Math.max(1, Math.min(canvas.width, Math.ceil((edit.x + edit.w) * canvas.width)) - x);
  const h = Math.max(1, Math.min(canvas.height, Math.ceil((edit.y + edit.h) * canvas.height)) - y);
  const block = Math.max(LEAST_BLOCK_PX, Math.ceil(Math.min(w, h) / BLOCKS));
  const pen = canvas.getContext("2d");
  const { data } = pen.getImageData(x, y, w, h);
  for (let top = 0; top < h; top += block) {
    for (let left = 0; left < w; left += block) {
      const [wide, high] = [Math.min(block, w - left), Math.min(block, h - top)];
      pen.fillStyle = mean(data, w, { left, top, wide, high });
      pen.fillRect(x + left, y + top, wide, high);
    }
  }
}

function mean(data, width, { left, top, wide, high }) {
  const sum = [0, 0, 0];
  for (let row = top; row < top + high; row++) {
    for (let column = left; column < left + wide; column++) {
      const at = (row * width + column) * 4;
      for (let band = 0; band < 3; band++) sum[band] += data[at + band];
    }
  }
  return `rgb(${sum.map((value) => Math.round(value / (wide * high))).join(" ")})`;
}

/** White with a dark edge: seen on skin of any colour. */
function arrow(canvas, { x, y, w, h }) {
  const pen = canvas.getContext("2d");
  const from = { x: x * canvas.width, y: y * canvas.height };
  const tip = { x: (x + w) * canvas.width, y: (y + h) * canvas.height };
  const thick = Math.max(3, Math.max(canvas.width, canvas.height) / 160);
  const turn = Math.atan2(tip.y - from.y, tip.x - from.x);
  const wing = (side) => [tip.x - Math.cos(turn + side) * thick * 6, tip.y - Math.sin(turn + side) * thick * 6];
  Object.assign(pen, { lineCap: "round", lineJoin: "round" });
  for (const [colour, width] of [["#101416", thick * 2.2], ["#fff", thick]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width });
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(tip.x, tip.y);
    pen.moveTo(...wing(0.5));
    pen.lineTo(tip.x, tip.y);
    pen.lineTo(...wing(-0.5));
    pen.stroke();
  }
}
