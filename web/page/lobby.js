import { meterTrack } from "../martlet.js";
import { byId, memory, setIcon } from "./dom.js";
import { showPickers } from "./devices.js";
import { showError } from "./messages.js";

const sources = {
  microphone: { kind: "audioinput", button: "lobby-mic", on: "mic", off: "mic-off", word: "microphone", key: "M" },
  camera: { kind: "videoinput", button: "lobby-camera", on: "camera", off: "camera-off", word: "camera", key: "V" },
};

/** The page before the call: who, where, and how one looks and sounds. */
export class Lobby {
  #devices;
  #onjoin;
  /** Open devices. @type {{microphone?: MediaStreamTrack, camera?: MediaStreamTrack}} */
  #tracks = {};
  /** What the person wants on. */
  #wanted = { microphone: memory.get("microphone") !== "off", camera: memory.get("camera") !== "off" };
  #opening = {};
  #errors = {};
  #endMeter = () => {};
  #active = false;

  /**
   * @param {import("./devices.js").Devices} devices
   * @param {(choice: {name: string, room: string, token: string, tracks: object, wanted: object}) => Promise<void>} onjoin
   */
  constructor(devices, onjoin) {
    this.#devices = devices;
    this.#onjoin = onjoin;
    showPickers(byId("lobby-devices"), devices);
    devices.addEventListener("chosen", ({ detail }) => this.#deviceChosen(detail.kind));
    for (const [source, { button }] of Object.entries(sources)) byId(button).onclick = () => this.toggle(source);
    byId("join-form").onsubmit = (event) => {
      event.preventDefault();
      this.#join();
    };
  }

  /**
   * Shows the lobby and opens the devices.
   * @param {{room: string, token: string}} place
   * @param {Error} [error] why the person is back here
   */
  async open({ room, token }, error) {
    this.#active = true;
    byId("name").value ||= memory.get("name") ?? "";
    byId("room").value = room || byId("room").value;
    byId("token").value = token || byId("token").value;
    byId("token-field").hidden = Boolean(token) && error?.code !== "unauthorized";
    this.#joinFailed(error);
    (byId("name").value ? byId("join") : byId("name")).focus({ preventScroll: true });
    this.#show();
    await Promise.all(Object.keys(sources).map((source) => this.#wanted[source] && this.#openDevice(source)));
  }

  /** @param {"microphone" | "camera"} source */
  async toggle(source) {
    if (!this.#active) return;
    this.#wanted[source] = !this.#tracks[source];
    memory.set(source, this.#wanted[source] ? "on" : "off");
    if (this.#wanted[source]) await this.#openDevice(source);
    else this.#closeDevice(source);
  }

  async #deviceChosen(kind) {
    const source = Object.keys(sources).find((each) => sources[each].kind === kind);
    if (!this.#active || !source) return;
    this.#closeDevice(source);
    this.#wanted[source] = true;
    await this.#openDevice(source);
  }

  async #openDevice(source) {
    const opening = (this.#opening[source] = {});
    try {
      const track = await this.#devices.open(source);
      if (this.#opening[source] !== opening || !this.#active) return track.stop();
      this.#tracks[source] = track;
      track.onended = () => this.#closeDevice(source);
      delete this.#errors[source];
    } catch (error) {
      this.#errors[source] = error;
    }
    this.#show();
  }

  #closeDevice(source) {
    this.#opening[source] = undefined;
    this.#tracks[source]?.stop();
    delete this.#tracks[source];
    delete this.#errors[source];
    this.#show();
  }

  #show() {
    for (const [source, { button, on, off, word, key }] of Object.entries(sources)) {
      const isOn = Boolean(this.#tracks[source]);
      const label = `Turn ${word} ${isOn ? "off" : "on"}`;
      byId(button).classList.toggle("off", !isOn);
      byId(button).setAttribute("aria-label", label);
      byId(button).title = `${label} (${key})`;
      setIcon(byId(button), isOn ? on : off);
    }
    const { camera, microphone } = this.#tracks;
    const video = byId("preview");
    if (video.srcObject?.getTracks()[0] !== camera) video.srcObject = camera ? new MediaStream([camera]) : null;
    video.hidden = !camera;
    byId("preview-note").textContent = camera ? "" : this.#errors.camera ? "No camera picture" : this.#wanted.camera ? "Starting the camera…" : "The camera is off";
    showError(byId("device-error"), this.#errors.microphone ?? this.#errors.camera);
    this.#meter(microphone);
  }

  #meter(track) {
    if (track === this.#endMeter.track) return;
    this.#endMeter();
    const meter = byId("mic-level");
    meter.value = 0;
    this.#endMeter = () => {};
    if (!track) return;
    // Speech lies between 0.01 and 0.3; the square root makes both visible.
    this.#endMeter = meterTrack(track, (level) => (meter.value = Math.min(1, Math.sqrt(level * 2))));
    this.#endMeter.track = track;
  }

  async #join() {
    const [name, room, token] = ["name", "room", "token"].map((id) => byId(id).value.trim());
    memory.set("name", name);
    byId("join").disabled = true;
    byId("join").textContent = "Joining…";
    showError(byId("join-error"));
    try {
      await this.#onjoin({ name, room, token, tracks: this.#tracks, wanted: this.#wanted });
      // The tracks belong to the room now.
      this.#tracks = {};
      this.#active = false;
      this.#show();
    } catch (error) {
      this.#joinFailed(error);
    } finally {
      byId("join").disabled = false;
      byId("join").textContent = "Join";
    }
  }

  #joinFailed(error) {
    showError(byId("join-error"), error);
    if (!error) return;
    if (error.code === "unauthorized" || error.code === "forbidden") byId("token-field").hidden = false;
    byId("join-error").focus();
  }
}
