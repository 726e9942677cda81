/* When a photo was taken: DateTimeOriginal of its Exif, read here because the canvas that makes the sent picture drops all of
 * its metadata. Nothing else of the metadata is looked at. */

const HEAD_BYTES = 256 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const TIFF = [0x49492a00, 0x4d4d002a];
const EXIF_IFD = 0x8769;
const TAKEN = 0x9003;
const OFFSET = 0x9011;

/** The time of capture as RFC 3339 in UTC, or null where the file does not say it: when it was last changed is another day. */
export async function takenAt(file) {
  const said = await exifDate(file).catch(() => null);
  return said === null ? null : new Date(Math.min(said, Date.now())).toISOString();
}

/** Milliseconds since 1970, or null. A date without an offset is one of this device's time zone. */
async function exifDate(file) {
  const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const isJpeg = head.byteLength > 4 && head.getUint16(0) === 0xffd8;
  const view = isJpeg ? head : new DataView(await file.slice(0, MOST_BYTES).arrayBuffer());
  const start = isJpeg ? exifOfJpeg(view) : exifAnywhere(view);
  if (start === null) return null;
  const tiff = new Tiff(view, start);
  const exif = tiff.number(tiff.first, EXIF_IFD);
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec((exif && tiff.text(exif, TAKEN)) ?? "");
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  const offset = /^([+-])(\d\d):(\d\d)/.exec(tiff.text(exif, OFFSET) ?? "");
  const local = offset ? Date.UTC(year, month - 1, day, hour, minute, second) : new Date(year, month - 1, day, hour, minute, second).getTime();
  const away = offset ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60000 : 0;
  return Number.isFinite(local) && year > 1980 ? local - away : null;
}

/** Where the TIFF block of a JPEG's Exif segment begins, or null. */
function exifOfJpeg(view) {
  for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) return null;
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
  }
  return null;
}

/** The same of another format: HEIC has it wherever its maker put it, and some browsers decode HEIC. */
function exifAnywhere(view) {
  const bytes = new Uint8Array(view.buffer);
  for (let at = bytes.indexOf(EXIF[0]); at >= 0 && at + 10 < bytes.length; at = bytes.indexOf(EXIF[0], at + 1)) {
    if (EXIF.every((byte, index) => bytes[at + index] === byte) && TIFF.includes(view.getUint32(at + 6))) return at + 6;
  }
  return null;
}

/** The little of TIFF that dates need. Reading past the end raises a RangeError. */
class Tiff {
  constructor(view, start) {
    Object.assign(this, { view, start, little: view.getUint16(start) === 0x4949 });
    this.first = this.view.getUint32(start + 4, this.little);
  }

  #entry(directory, tag) {
    const { view, start, little } = this;
    const count = view.getUint16(start + directory, little);
    for (let index = 0; index < count; index++) {
      const at = start + directory + 2 + index * 12;
      if (view.getUint16(at, little) === tag) return at;
    }
    return null;
  }

  number(directory, tag) {
    const at = this.#entry(directory, tag);
    return at === null ? null : this.view.getUint32(at + 8, this.little);
  }

  text(directory, tag) {
    const at = this.#entry(directory, tag);
    if (at === null) return null;
    const { view, start, little } = this;
    const length = view.getUint32(at + 4, little);
    const from = length > 4 ? start + view.getUint32(at + 8, little) : at + 8;
    return String.fromCharCode(...new Uint8Array(view.buffer, from, Math.min(length, 32)));
  }
}
