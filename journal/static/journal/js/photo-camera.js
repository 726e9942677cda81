/** The camera within the page: a live picture, its shutter, and the other camera of a phone. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { jpeg } from "./photo-making.js";

const WANTED = { width: { ideal: 2560 }, height: { ideal: 1920 } };
const QUALITY = 0.95;

export class Camera {
  #stream = null;
  #turn = 0;
  #facing = "environment";

  constructor() {
    this.video = h("video", { class: "c-camera", playsinline: true, muted: true, "aria-label": _("What the camera sees") });
    this.video.muted = true;
  }

  /** Begin to show it; gives whether there is one and it may be used, null if it was ended or begun anew meanwhile. */
  async begin() {
    this.end();
    const turn = this.#turn;
    const stream = await this.#asked();
    if (turn !== this.#turn) return stop(stream);
    if (!stream) return false;
    this.#stream = stream;
    this.video.srcObject = stream;
    await this.video.play().catch(() => {});
    return turn === this.#turn ? true : null;
  }

  async #asked() {
    try {
      return await navigator.mediaDevices.getUserMedia({ video: { ...WANTED, facingMode: { ideal: this.#facing } }, audio: false });
    } catch {
      return null;
    }
  }

  /** Whether this device has another camera to turn to. */
  async several() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput").length > 1;
  }

  turn() {
    this.#facing = this.#facing === "environment" ? "user" : "environment";
    return this.begin();
  }

  /** What is seen now, as a JPEG. */
  shoot() {
    const { video } = this;
    const frame = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
    frame.getContext("2d").drawImage(video, 0, 0);
    return jpeg(frame, QUALITY);
  }

  /** Its light goes out, also where it was still being asked for. */
  end() {
    this.#turn++;
    this.#stream = stop(this.#stream);
    this.video.srcObject = null;
  }
}

function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  return null;
}
