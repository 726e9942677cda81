/* From a file or a camera to the JPEG that is sent: upright, small enough, with what was cropped, blurred and pointed at
 * done to the pixels themselves, and with nothing of the file but its picture. */
import { cropOf, paint } from "./photo-edits.js";

/** The longest edge of what is sent, unless full size is asked for. */
export const LONGEST = 2560;
const QUALITIES = [0.86, 0.78, 0.7, 0.6];
const FULL_QUALITIES = [0.92, 0.85];
const ENOUGH_BYTES = 1.6e6;
const MOST_BYTES = 30e6;
/** A larger canvas stays empty on iPhones and iPads, without a word. */
const MOST_PIXELS = 16e6;

/** The picture of a file, upright, or null where this browser can't read it (HEIC). */
export async function decoded(file) {
  try {
    return await createImageBitmap(file); // upright without being told to; Safari up to 17.1 knows no "from-image"
  } catch {
    return null;
  }
}

/** A canvas of at most `longest` px at its longer edge and as large as every browser can, on white: a JPEG has no transparency. */
export function drawn(image, longest) {
  const scale = Math.min(1, longest / Math.max(image.width, image.height), Math.sqrt(MOST_PIXELS / (image.width * image.height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

export function jpeg(canvas, quality) {
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/jpeg", quality));
}

/** The first quality that makes it small enough, or the last. */
async function smallEnough(canvas, full) {
  let blob = null;
  for (const quality of full ? FULL_QUALITIES : QUALITIES) {
    blob = await jpeg(canvas, quality);
    if (blob.size <= (full ? MOST_BYTES : ENOUGH_BYTES)) break;
  }
  return blob;
}

/** What is sent of a shot: {file, width, height}. One that can't be read here goes as it is. */
export async function finished({ file, edits }, full) {
  const image = await decoded(file);
  if (!image) return { file };
  // A crop keeps its sharpness: the edge is measured on what remains.
  const crop = cropOf(edits);
  const kept = Math.max(image.width * crop.w, image.height * crop.h);
  const whole = Math.max(image.width, image.height);
  const canvas = drawn(image, full ? Infinity : Math.min(whole, (LONGEST * whole) / kept));
  image.close();
  paint(canvas, edits);
  const result = cut(canvas, crop);
  free(canvas);
  const { width, height } = result;
  try {
    return { file: await smallEnough(result, full), width, height };
  } finally {
    free(result);
  }
}

/** Its memory, which some browsers give back much later than the canvas is forgotten. */
function free(canvas) {
  canvas.width = canvas.height = 0;
}

/** The part `crop` (in parts of the whole) in the canvas `part`. */
export function cut(canvas, crop, part = document.createElement("canvas")) {
  const [x, y] = [Math.round(crop.x * canvas.width), Math.round(crop.y * canvas.height)];
  part.width = Math.max(1, Math.min(canvas.width - x, Math.round(crop.w * canvas.width)));
  part.height = Math.max(1, Math.min(canvas.height - y, Math.round(crop.h * canvas.height)));
  part.getContext("2d").drawImage(canvas, -x, -y);
  return part;
}
