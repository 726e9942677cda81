/** The camera within the page: a live picture, its shutter, and the other camera of a phone. */
import { h } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { drawn, jpeg } from "./photo-making.js";

const WANTED = { width: { ideal: 2560 }, height: { ideal: 1920 } };
const QUALITY = 0.95;

export class Camera {
  #stream = null;
  #facing = "environment";

  constructor() {
    this.video = h("video", { class: "c-camera", playsinline: true, muted: true, "aria-label": _("What the camera sees") });
    this.video.muted = true;
  }

  get running() {
    return this.#stream !== null;
  }

  /** Begin to show it; gives whether there is one and it may be used. */
  async begin() {
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video: { ...WANTED, facingMode: { ideal: this.#facing } }, audio: false });
    } catch {
      return false;
    }
    this.video.srcObject = this.#stream;
    await this.video.play().catch(() => {});
    return true;
  }

  /** Whether this device has another camera to turn to. */
  async several() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput").length > 1;
  }

  turn() {
    this.#facing = this.#facing === "environment" ? "user" : "environment";
    this.end();
    return this.begin();
  }

  /** What is seen now, as a JPEG. */
  shoot() {
    const { video } = this;
    const frame = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight });
    frame.getContext("2d").drawImage(video, 0, 0);
    return jpeg(drawn(frame, Infinity), QUALITY);
  }

  /** Its light goes out. */
  end() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.video.srcObject = null;
  }
}
