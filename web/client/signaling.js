import { MartletError, serverError } from "./errors.js";

/** A joined socket needs its welcome within this time, in milliseconds: the server's own limit for a join. */
const joinTimeout = 10_000;

/** What a WebSocket sub-protocol may be made of (RFC 9110 token). API keys contain a colon and do not fit. */
const subprotocolToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The WebSocket to the gateway: frames `{"type", "data"}` in both directions. Nothing here knows what they mean, apart from
 * `join`, `welcome` and `error`, which decide whether opening succeeded.
 */
export class SignalingSocket {
  #socket;
  #opened = false;
  #closing = false;
  #url;
  #token;

  /**
   * @param {string} url of the gateway: `https://host`, `wss://host`, or the whole address of the signaling endpoint
   * @param {string} room
   * @param {string} token a JWT or an API key; empty when the gateway wants none
   */
  constructor(url, room, token) {
    this.#url = signalingURL(url, room);
    this.#token = token;
    /** @type {(type: string, data: any) => void} */
    this.onmessage = () => {};
    /** Called once when a socket that had been joined is gone. @type {(error: MartletError) => void} */
    this.onlost = () => {};
  }

  /**
   * Opens, joins and waits for `welcome`.
   * @param {{roomId: string, userId?: string}} join
   * @returns {Promise<any>} the welcome's data
   */
  async open(join) {
    try {
      return await this.#openAndJoin(join);
    } catch (error) {
      this.close();
      throw error.code === "signaling-unreachable" ? await this.#explain(error) : error;
    }
  }

  #openAndJoin(join) {
    return new Promise((resolve, reject) => {
      const socket = this.#connect();
      this.#socket = socket;
      const timer = setTimeout(
        () => reject(new MartletError("join-timeout", "The server did not answer in time.", { retryable: true })),
        joinTimeout,
      );
      const finish = (settle, value) => {
        clearTimeout(timer);
        settle(value);
      };
      socket.onopen = () => this.send("join", join);
      socket.onmessage = (event) => {
        const frame = parseFrame(event.data);
        if (!frame) return;
        const joining = !this.#opened;
        if (joining && frame.type === "error") {
          finish(reject, serverError(frame.data.code, frame.data.message));
          return;
        }
        if (joining && frame.type === "welcome") {
          this.#opened = true;
          finish(resolve, frame.data);
          return;
        }
        this.onmessage(frame.type, frame.data);
      };
      socket.onclose = (event) => {
        const error = new MartletError(
          "signaling-unreachable",
          this.#opened ? "The connection to the server was lost." : "The server cannot be reached.",
          { retryable: true, cause: event.reason || event.code },
        );
        finish(reject, event.reason && !this.#opened ? serverError(event.reason, "") : error);
        if (this.#opened && !this.#closing) {
          this.#closing = true;
          this.onlost(error);
        }
      };
    });
  }

  #connect() {
    const url = new URL(this.#url);
    const fits = subprotocolToken.test(this.#token);
    if (this.#token && !fits) url.searchParams.set("token", this.#token);
    try {
      return fits ? new WebSocket(url, ["Bearer", this.#token]) : new WebSocket(url);
    } catch (cause) {
      throw new MartletError("invalid-argument", `This is not an address of a signaling server: ${this.#url.host}`, { cause });
    }
  }

  /**
   * A WebSocket that fails to open does not say why. The gateway's REST side does.
   * @param {MartletError} error
   */
  async #explain(error) {
    const url = new URL("rooms", this.#url);
    url.protocol = url.protocol.replace("ws", "http");
    let status;
    try {
      const headers = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
      status = (await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(4000) })).status;
    } catch {
      return error; // Not reachable over HTTP either: the first error says all there is.
    }
    if (status === 401) {
      return new MartletError("unauthorized", this.#token ? "The access token is not valid or has expired." : "An access token is needed.", { cause: error });
    }
    if (status === 403) return new MartletError("forbidden", "The access token is not good for this room.", { cause: error });
    if (status === 503) return new MartletError("server-draining", "The server is shutting down.", { cause: error, retryable: true });
    return error;
  }

  /**
   * Sends a frame; does nothing on a socket that is not open, since whoever waits for an answer has a timeout.
   * @param {string} type
   * @param {object} [data]
   * @returns {boolean} whether the frame went out
   */
  send(type, data) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(data === undefined ? { type } : { type, data }));
    return true;
  }

  /** Says nothing more and calls nobody any more. Safe to call twice. */
  close() {
    this.#closing = true;
    this.onmessage = () => {};
    this.onlost = () => {};
    this.#socket?.close(1000);
  }
}

/**
 * @param {string} text
 * @returns {{type: string, data: any} | undefined}
 */
function parseFrame(text) {
  try {
    const frame = JSON.parse(text);
    return typeof frame?.type === "string" ? { type: frame.type, data: frame.data ?? {} } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} base
 * @param {string} room
 * @returns {URL}
 */
function signalingURL(base, room) {
  let url;
  try {
    url = new URL(base, globalThis.location?.href);
  } catch (cause) {
    throw new MartletError("invalid-argument", `This is not an address: ${base}`, { cause });
  }
  url.protocol = { "http:": "ws:", "https:": "wss:" }[url.protocol] ?? url.protocol;
  url.hash = "";
  if (url.pathname === "/") url.pathname = "/v1/webrtc/signal";
  url.searchParams.set("room", room);
  return url;
}
