/**
 * Every failure that this client reports: `code` is for programs, `message` for people.
 * The codes are listed in docs/client.md and in martlet.d.ts.
 */
export class MartletError extends Error {
  /**
   * @param {string} code one of the codes of `MartletErrorCode`
   * @param {string} message a sentence that a person understands
   * @param {{cause?: unknown, retryable?: boolean, serverCode?: string}} [details] `retryable`: the same call may
   *   succeed later without anybody changing anything; `serverCode`: the code of the server's error frame
   */
  constructor(code, message, { cause, retryable = false, serverCode } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "MartletError";
    this.code = code;
    this.retryable = retryable;
    this.serverCode = serverCode;
  }
}

/** What the names of `getUserMedia` and `getDisplayMedia` rejections mean to a caller. */
const captureErrors = {
  __proto__: null,
  NotAllowedError: ["permission-denied", "The browser was not allowed to use this device."],
  SecurityError: ["permission-denied", "This page may not use this device."],
  NotFoundError: ["device-not-found", "There is no such device."],
  NotReadableError: ["device-busy", "The device is there but could not be started; another program may be using it."],
  AbortError: ["device-busy", "The device stopped while it was being started."],
  OverconstrainedError: ["device-unusable", "No device fits what was asked for."],
  TypeError: ["device-unusable", "This browser cannot capture here."],
};

/**
 * Turns a rejection of `getUserMedia` into a `MartletError`.
 * @param {unknown} reason
 * @returns {MartletError}
 */
export function captureError(reason) {
  if (reason instanceof MartletError) return reason;
  const name = reason instanceof Error || reason instanceof DOMException ? reason.name : "";
  const [code, message] = captureErrors[name] ?? ["device-unusable", "The device could not be started."];
  return new MartletError(code, message, { cause: reason });
}

/** Codes of the server's error frames that end an attempt to join: [our code, worth another try]. */
const joinErrors = {
  __proto__: null,
  room_mismatch: ["room-mismatch", false],
  invalid_join: ["join-refused", false],
  invalid_message: ["join-refused", false],
  rate_limited: ["rate-limited", true],
  unauthenticated: ["unauthorized", false],
};

/** Messages of `join_failed` that a program may want to tell apart. */
const joinFailures = {
  __proto__: null,
  "room is full": ["room-full", false],
  "room is closed": ["room-closed", false],
  "room not found": ["room-not-found", false],
  "server draining": ["server-draining", true],
};

/**
 * Turns an error frame into a `MartletError`.
 * @param {string} serverCode
 * @param {string} message
 * @returns {MartletError}
 */
export function serverError(serverCode, message) {
  const [code, retryable] =
    (serverCode === "join_failed" ? joinFailures[message] ?? ["join-refused", false] : joinErrors[serverCode]) ??
    (serverCode === "relay_required" ? ["relay-required", true] : ["server-error", true]);
  return new MartletError(code, message || serverCode, { serverCode, retryable });
}
