import { openDevice } from "../martlet.js";
import { element, memory } from "./dom.js";

const kinds = {
  audioinput: { label: "Microphone", none: "No microphone" },
  videoinput: { label: "Camera", none: "No camera" },
  audiooutput: { label: "Speaker", none: "" },
};

/** Which devices the person wants, remembered between visits. */
export class Devices extends EventTarget {
  #chosen = {};

  constructor() {
    super();
    for (const kind of Object.keys(kinds)) this.#chosen[kind] = memory.get(kind) ?? "";
    navigator.mediaDevices.addEventListener?.("devicechange", () => this.changed());
  }

  /** @param {"audioinput" | "videoinput" | "audiooutput"} kind */
  chosen(kind) {
    return this.#chosen[kind];
  }

  choose(kind, deviceId) {
    this.#chosen[kind] = deviceId;
    memory.set(kind, deviceId);
    this.dispatchEvent(new CustomEvent("chosen", { detail: { kind, deviceId } }));
  }

  /** New devices, or names that became visible with a permission. */
  changed() {
    this.dispatchEvent(new Event("changed"));
  }

  /** Opens the chosen device; when that one is gone, any other. */
  async open(source) {
    const kind = source === "camera" ? "videoinput" : "audioinput";
    const deviceId = this.#chosen[kind];
    try {
      return await openDevice(source, { deviceId });
    } catch (error) {
      if (!deviceId || !["device-not-found", "device-unusable"].includes(error.code)) throw error;
      this.#chosen[kind] = "";
      return await openDevice(source);
    } finally {
      this.changed();
    }
  }
}

/**
 * Fills a container with one picker per kind and keeps it up to date.
 * @param {HTMLElement} container
 * @param {Devices} devices
 */
export function showPickers(container, devices) {
  const pickers = {};
  for (const [kind, { label }] of Object.entries(kinds)) {
    const select = element("select");
    select.onchange = () => devices.choose(kind, select.value);
    const wrapper = element("label", {}, `${label} `, select);
    pickers[kind] = { select, wrapper };
    container.append(wrapper);
  }
  const fill = async () => {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    for (const [kind, { select, wrapper }] of Object.entries(pickers)) {
      const present = all.filter((each) => each.kind === kind);
      // Before a permission browsers list nameless devices, which nobody can choose between.
      const named = present.filter(({ deviceId, label }) => deviceId && label);
      if (kind === "audiooutput") wrapper.hidden = named.length === 0 || !("setSinkId" in HTMLMediaElement.prototype);
      select.disabled = present.length === 0;
      const options = named.map(({ deviceId, label }) => element("option", { value: deviceId, textContent: label }));
      const fallback = present.length === 0 ? kinds[kind].none : "System default";
      // A choice between one device and the default is none.
      if (named.length !== 1 && !named.some(({ deviceId }) => deviceId === "default")) options.unshift(element("option", { value: "", textContent: fallback }));
      select.replaceChildren(...options);
      select.value = devices.chosen(kind);
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    }
  };
  devices.addEventListener("changed", fill);
  devices.addEventListener("chosen", fill);
  fill();
}
