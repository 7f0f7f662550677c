import { element, icon } from "./dom.js";

const qualityWords = { excellent: "excellent", good: "good", poor: "poor", bad: "bad" };

/** Initials of a name, for people without a picture. */
function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
}

/** One picture with its name: a person, or a screen that a person shares. */
export class Tile {
  #video = element("video", { autoplay: true, muted: true, playsInline: true, tabIndex: -1 });
  #name = element("span", { class: "name" });
  #initials = element("span", { "aria-hidden": "true" });
  #bars = element("span", { class: "bars", role: "img" }, element("i"), element("i"), element("i"), element("i"));
  #muted = element("span", { class: "muted" }, icon("mic-off"), element("span", { class: "visually-hidden", textContent: "microphone off" }));
  #audios = new Map();
  #onblocked;
  #videoTrack;

  /**
   * @param {{mirrored?: boolean, fit?: boolean, enlargeable?: boolean, onblocked?: () => void}} options `onblocked` is called when the
   *   browser does not play sound before the person did something
   */
  constructor({ mirrored = false, fit = false, enlargeable = false, onblocked = () => {} } = {}) {
    this.#onblocked = onblocked;
    const label = element("div", { class: "label" }, this.#muted, this.#name, this.#bars);
    this.element = element("li", { class: "tile no-video" }, this.#video, element("div", { class: "avatar" }, this.#initials), label);
    this.element.classList.toggle("mirrored", mirrored);
    this.element.classList.toggle("fit", fit);
    this.#bars.hidden = true;
    if (enlargeable && this.element.requestFullscreen) this.#addEnlarge();
    // A phone held upright is cut off less when its whole picture shows.
    this.#video.onresize = () => this.element.classList.toggle("fit", fit || this.#video.videoWidth < this.#video.videoHeight);
  }

  #addEnlarge() {
    const button = element("button", { type: "button", class: "enlarge", "aria-label": "Full screen", title: "Full screen" }, icon("expand"));
    button.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : this.element.requestFullscreen().catch(() => {}));
    this.element.append(button);
  }

  /** @param {string} name */
  setName(name) {
    this.#name.textContent = name;
    this.#initials.textContent = initials(name);
    this.element.setAttribute("aria-label", name);
  }

  /** @param {MediaStreamTrack | undefined} track undefined or not `live` shows the initials */
  setVideo(track) {
    if (this.#videoTrack !== track) {
      this.#videoTrack = track;
      this.#video.srcObject = track ? new MediaStream([track]) : null;
      if (track) this.#video.play().catch(() => {});
    }
  }

  /** @param {boolean} visible */
  showVideo(visible) {
    this.element.classList.toggle("no-video", !visible || !this.#videoTrack);
  }

  /** @param {string} id @param {MediaStreamTrack} track @param {string} sinkId */
  addAudio(id, track, sinkId) {
    const audio = element("audio", { autoplay: true, srcObject: new MediaStream([track]) });
    this.#audios.set(id, audio);
    this.element.append(audio);
    if (sinkId) audio.setSinkId?.(sinkId).catch(() => {});
    audio.play().catch((error) => error.name === "NotAllowedError" && this.#onblocked());
  }

  /** @param {string} id */
  removeAudio(id) {
    const audio = this.#audios.get(id);
    if (!audio) return;
    audio.srcObject = null;
    audio.remove();
    this.#audios.delete(id);
  }

  /** Tries again after the person clicked something. */
  playAudio() {
    for (const audio of this.#audios.values()) audio.play().catch(() => {});
  }

  /** @param {string} sinkId */
  setSpeaker(sinkId) {
    for (const audio of this.#audios.values()) audio.setSinkId?.(sinkId).catch(() => {});
  }

  /** @param {boolean} off */
  setAudioOff(off) {
    this.element.classList.toggle("audio-off", off);
  }

  /** @param {boolean} speaking */
  setSpeaking(speaking) {
    this.element.classList.toggle("speaking", speaking);
  }

  /** @param {{level: string} | undefined} quality */
  setQuality(quality) {
    this.#bars.hidden = !quality;
    if (!quality) return;
    this.#bars.className = `bars ${quality.level}`;
    const words = `Connection: ${qualityWords[quality.level]}`;
    this.#bars.setAttribute("aria-label", words);
    this.#bars.title = words;
  }

  close() {
    for (const id of [...this.#audios.keys()]) this.removeAudio(id);
    this.#video.srcObject = null;
    this.element.remove();
  }
}
