import { MartletError, serverError } from "./errors.js";
import { PeerLink } from "./peer.js";
import { SignalingSocket } from "./signaling.js";

/** Error codes that answer an offer of ours. */
const offerErrors = new Set(["invalid_offer", "offer_failed"]);
/** So many refused offers in a row, and the session is made anew. */
const mostRefusals = 3;

/**
 * One stay in the room: a joined socket and its peer connection. It ends for good with `onlost`; the room then makes the next one.
 */
export class Session {
  #socket;
  #policy;
  #refusals = 0;
  #ended = false;
  #resolveReady;
  #rejectReady;
  /** Frames that came after the welcome and wait for `start()`. @type {[string, any][]} */
  #early = [];

  /**
   * @param {{url: string, room: string, token: string, userId?: string, policy: RTCIceTransportPolicy}} options
   * @param {SessionEvents} events
   *
   * @typedef {object} SessionEvents
   * @property {(type: string, data: any) => void} onmessage frames about other participants and the server
   * @property {(tracks: object[]) => void} ontracks what the server's media sections carry
   * @property {(state: RTCPeerConnectionState) => void} onmedia
   * @property {(error: MartletError) => void} onlost
   * @property {(error: MartletError) => void} onerror something failed that does not end the session
   */
  constructor(options, events) {
    this.options = options;
    this.events = events;
    this.#policy = options.policy;
    this.#socket = new SignalingSocket(options.url, options.room, options.token);
    /** @type {PeerLink | undefined} there is one as soon as TURN credentials came */
    this.peer = undefined;
  }

  /**
   * Joins and waits until media can be published.
   * @returns {Promise<{peerId: string, roomId: string, participants: {peerId: string, userId: string}[]}>}
   */
  async open() {
    const ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // Whoever fails before `ready` is awaited has told the caller already.
    ready.catch(() => {});
    this.#socket.onlost = this.#rejectReady;
    this.#socket.onmessage = (type, data) => {
      if (type === "turn-credentials") this.#useCredentials(data);
      else this.#early.push([type, data]);
    };
    const { room: roomId, userId } = this.options;
    const welcome = await this.#socket.open({ roomId, ...(userId && { userId }) });
    const timer = setTimeout(() => this.#rejectReady(new MartletError("join-timeout", "The server sent no relay credentials.", { retryable: true })), 10_000);
    try {
      await ready;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
    this.#socket.onlost = (error) => this.#lose(error);
    return welcome;
  }

  /** Begins to deliver frames, those first that came since the welcome. Call it once the welcome has been worked off. */
  start() {
    this.#socket.onmessage = (type, data) => this.#receive(type, data);
    for (const [type, data] of this.#early.splice(0)) this.#receive(type, data);
  }

  /**
   * @param {string} type
   * @param {object} [data]
   */
  send(type, data) {
    return this.#socket.send(type, data);
  }

  /** Says good-bye and closes both connections. */
  leave() {
    this.#socket.send("leave");
    this.close();
  }

  close() {
    this.#ended = true;
    this.#socket.close();
    this.peer?.close();
  }

  #receive(type, data) {
    if (this.#ended) return;
    switch (type) {
      case "turn-credentials":
      case "refresh-credentials":
        return this.#useCredentials(data);
      case "offer":
        return this.peer?.receiveOffer(data);
      case "answer":
        this.#refusals = 0;
        return this.peer?.receiveAnswer(data);
      case "ice-candidate":
        return this.peer?.receiveCandidate(data);
      case "error":
        return this.#receiveError(data);
      default:
        return this.events.onmessage(type, data);
    }
  }

  #useCredentials(data) {
    if (this.peer) {
      this.peer.setCredentials(data);
      return;
    }
    try {
      this.peer = new PeerLink({ credentials: data, policy: this.#policy, send: (type, content) => this.#socket.send(type, content) });
    } catch (error) {
      this.#rejectReady(error);
      return;
    }
    this.peer.onproblem = (error) => this.events.onerror(error);
    this.peer.ontracks = (tracks) => this.events.ontracks(tracks);
    this.peer.onstate = (state) => this.events.onmedia(state);
    this.peer.onfailed = (error) => this.#lose(error);
    this.#resolveReady();
  }

  #receiveError({ code, message }) {
    const error = serverError(code, message);
    if (error.code === "relay-required") {
      this.#lose(error);
    } else if (offerErrors.has(code)) {
      this.#refusals += 1;
      if (this.#refusals >= mostRefusals) {
        this.#lose(new MartletError("negotiation-failed", `The server refuses what this browser offers: ${message}`, { serverCode: code, retryable: true }));
      } else {
        this.peer?.offerRefused();
      }
    }
    this.events.onerror(error);
  }

  #lose(error) {
    if (this.#ended) return;
    this.close();
    this.events.onlost(error);
  }
}
