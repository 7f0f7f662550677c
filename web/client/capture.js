import { captureError, MartletError } from "./errors.js";

/** Asked of devices unless the caller says otherwise. */
const defaults = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

/**
 * Says why this browser cannot take part in a call, or nothing when it can.
 * @returns {MartletError | undefined}
 */
export function supportProblem() {
  if (globalThis.isSecureContext === false) {
    return new MartletError("insecure-context", "Browsers allow calls only on https:// pages and on localhost.");
  }
  const prototype = globalThis.RTCPeerConnection?.prototype;
  const complete = prototype && "restartIce" in prototype && "addTransceiver" in prototype && "setConfiguration" in prototype;
  if (!complete || !globalThis.WebSocket || !globalThis.MediaStream || !navigator.mediaDevices?.getUserMedia) {
    return new MartletError("unsupported-browser", "This browser is missing what calls need. Current Chrome, Edge, Firefox and Safari have it.");
  }
  return undefined;
}

/** Whether this browser can share a screen; phones mostly cannot. */
export function canShareScreen() {
  return Boolean(navigator.mediaDevices?.getDisplayMedia);
}

/**
 * Opens a microphone or camera.
 * @param {"microphone" | "camera"} source
 * @param {MediaTrackConstraints} [constraints] are added to the defaults; `deviceId` may be a plain string
 * @returns {Promise<MediaStreamTrack>}
 */
export async function openDevice(source, constraints = {}) {
  const wanted = { ...defaults[source], ...constraints };
  if (typeof wanted.deviceId === "string") {
    if (wanted.deviceId) wanted.deviceId = { exact: wanted.deviceId };
    else delete wanted.deviceId;
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia(source === "camera" ? { video: wanted } : { audio: wanted });
    return stream.getTracks()[0];
  } catch (reason) {
    throw captureError(reason);
  }
}

/**
 * Asks the person for a screen, window or tab.
 * @param {DisplayMediaStreamOptions} [options]
 * @returns {Promise<MediaStream>}
 */
export async function openScreen(options = { video: { frameRate: { ideal: 15, max: 30 } }, audio: true }) {
  if (!canShareScreen()) throw new MartletError("device-unusable", "This browser cannot share a screen.");
  try {
    return await navigator.mediaDevices.getDisplayMedia(options);
  } catch (reason) {
    const error = captureError(reason);
    throw error.code === "permission-denied"
      ? new MartletError("screen-share-cancelled", "No screen was chosen, or the browser may not share it.", { cause: reason })
      : error;
  }
}
