import { MartletError } from "./errors.js";
import { preferCodec, repairRefusedSimulcast, sendEncodings } from "./encodings.js";

/** Limits in milliseconds. */
const answerTimeout = 10_000; // an offer that nobody answered for so long will not be answered
const connectTimeout = 20_000; // from the first description to a connected transport
const disconnectedPatience = 3_000; // a lost packet burst mends itself; a changed network does not
const restartTimeout = 12_000; // from an ICE restart to a connected transport; the server waits 15 s
const settleTime = 250; // after a negotiation, until the browser has decided whether it needs another one
const mostRestarts = 1; // in a row without success, then the whole session is made anew

/**
 * One `RTCPeerConnection` with everything around it: perfect negotiation as the impolite side, trickled candidates, new
 * TURN credentials without an ICE restart, and ICE restarts when the transport fails.
 */
export class PeerLink {
  #connection;
  #send;
  #policy;
  #makingOffer = false;
  /** Frames are worked off one after the other, so that each sees the state that the one before it left. */
  #frames = Promise.resolve();
  #waitingConfiguration;
  #timers = new Map();
  #restarts = 0;
  #relayCandidates = 0;
  #endOfCandidatesSent = false;
  #candidateErrors = new Map();
  /** What each of our transceivers was made with. @type {Map<RTCRtpTransceiver, RTCRtpEncodingParameters[]>} */
  #sending = new Map();
  #closed = false;

  /** The server's list of what its media sections carry. @type {(tracks: {mid: string, peerId: string, trackId: string, streamId: string, kind: string}[]) => void} */
  ontracks = () => {};
  /** @type {(state: RTCPeerConnectionState) => void} */
  onstate = () => {};
  /** The link gave up. Called at most once. @type {(error: MartletError) => void} */
  onfailed = () => {};
  /** Something failed that leaves the link as it was. @type {(error: MartletError) => void} */
  onproblem = () => {};

  /**
   * @param {{credentials: object, policy: RTCIceTransportPolicy, send: (type: string, data: object) => boolean}} options
   *   `send` returns false when the socket is not open
   * @throws {MartletError} when the browser does not accept the relay's addresses
   */
  constructor({ credentials, policy, send }) {
    this.#policy = policy;
    this.#send = send;
    try {
      this.#connection = new RTCPeerConnection(this.#configuration(credentials));
    } catch (cause) {
      throw new MartletError("relay-unreachable", "The browser does not accept the server's relay addresses.", { cause });
    }
    this.#connection.onnegotiationneeded = () => this.#offer();
    this.#connection.onicecandidate = ({ candidate }) => this.#trickle(candidate);
    this.#connection.onicecandidateerror = ({ url, errorCode, errorText }) => this.#candidateErrors.set(url, `${errorCode} ${errorText}`);
    this.#connection.onicegatheringstatechange = () => this.#gatheringChanged();
    this.#connection.onsignalingstatechange = () => this.#configureSoon();
    this.#connection.onconnectionstatechange = () => this.#connectionChanged();
  }

  /** @returns {RTCPeerConnectionState} */
  get state() {
    return this.#connection.connectionState;
  }

  /** @returns {Promise<RTCStatsReport>} */
  getStats() {
    return this.#connection.getStats();
  }

  /** @param {string} mid */
  transceiver(mid) {
    return this.#connection.getTransceivers().find((each) => each.mid === mid && each.currentDirection !== "stopped");
  }

  /**
   * Starts sending a track; the offer follows by itself.
   * @param {MediaStreamTrack} track
   * @param {MediaStream} stream tells the receivers which tracks belong together
   * @param {import("../martlet.js").PublishOptions} options
   * @returns {RTCRtpTransceiver}
   */
  add(track, stream, options) {
    const encodings = sendEncodings(track.kind, options);
    const transceiver = this.#connection.addTransceiver(track, { direction: "sendonly", streams: [stream], sendEncodings: encodings });
    preferCodec(transceiver, track.kind, options.codec);
    this.#sending.set(transceiver, encodings);
    return transceiver;
  }

  /**
   * Stops sending; the media section is closed for good, and the server may use its place again.
   * @param {RTCRtpTransceiver} transceiver
   */
  remove(transceiver) {
    this.#sending.delete(transceiver);
    if (!this.#closed) transceiver.stop();
  }

  /** Hands new TURN credentials to the connection as soon as no negotiation is open. */
  setCredentials(credentials) {
    this.#waitingConfiguration = this.#configuration(credentials);
    this.#configureSoon();
  }

  /** Looks for new paths; media goes on over the old one meanwhile. */
  restartIce() {
    if (this.#closed || !this.#connection.remoteDescription) return;
    this.#startTimer("transport", restartTimeout, () => this.#transportFailed());
    this.#endOfCandidatesSent = false;
    this.#connection.restartIce();
  }

  /** @param {{sdp: string, tracks?: object[]}} data */
  receiveOffer(data) {
    this.#inOrder(async () => {
      // Ours counts; the server takes its own back, answers ours and offers again.
      if (this.#makingOffer || this.#connection.signalingState !== "stable") return;
      await this.#connection.setRemoteDescription({ type: "offer", sdp: data.sdp });
      if (Array.isArray(data.tracks)) this.ontracks(data.tracks);
      await this.#connection.setLocalDescription();
      this.#send("answer", { sdp: this.#connection.localDescription.sdp });
      this.#expectConnection();
    });
  }

  /** @param {{sdp: string, tracks?: object[]}} data */
  receiveAnswer(data) {
    this.#inOrder(async () => {
      if (this.#connection.signalingState !== "have-local-offer") return;
      await this.#connection.setRemoteDescription({ type: "answer", sdp: data.sdp });
      this.#stopTimer("answer");
      if (Array.isArray(data.tracks)) this.ontracks(data.tracks);
      this.#expectConnection();
      for (const [transceiver, wanted] of this.#sending) await repairRefusedSimulcast(transceiver.sender, wanted);
    });
  }

  /** @param {RTCIceCandidateInit} candidate */
  receiveCandidate(candidate) {
    this.#inOrder(async () => {
      // A candidate of an offer that we ignored fits nothing here, and the server repeats it.
      await this.#connection.addIceCandidate(candidate).catch(() => {});
    });
  }

  /** The server refused our offer: takes it back. `negotiationneeded` fires again when there is still something to say. */
  async offerRefused() {
    this.#stopTimer("answer");
    if (this.#connection.signalingState === "have-local-offer") {
      await this.#connection.setLocalDescription({ type: "rollback" }).catch(() => {});
    }
  }

  close() {
    this.#closed = true;
    this.ontracks = this.onstate = this.onfailed = this.onproblem = () => {};
    for (const name of [...this.#timers.keys()]) this.#stopTimer(name);
    this.#connection.close();
  }

  #configuration({ uris, urls, username, password, credential }) {
    return {
      iceServers: [{ urls: uris ?? urls ?? [], username, credential: password ?? credential }],
      iceTransportPolicy: this.#policy,
      bundlePolicy: "max-bundle",
      rtcpMuxPolicy: "require",
    };
  }

  /** Firefox makes an offer of its own, with an ICE restart, when the servers change before it is done with a negotiation. */
  #configureSoon() {
    if (this.#waitingConfiguration && !this.#closed) this.#startTimer("configuration", settleTime, () => this.#applyConfiguration());
  }

  #applyConfiguration() {
    if (!this.#waitingConfiguration || this.#makingOffer || this.#connection.signalingState !== "stable") return;
    const configuration = this.#waitingConfiguration;
    this.#waitingConfiguration = undefined;
    try {
      this.#connection.setConfiguration(configuration);
    } catch (cause) {
      this.onproblem(new MartletError("relay-unreachable", "The browser does not accept the server's new relay addresses.", { cause }));
    }
  }

  async #offer() {
    this.#makingOffer = true;
    try {
      await this.#connection.setLocalDescription();
      if (this.#connection.signalingState !== "have-local-offer") return;
      this.#send("offer", { sdp: this.#connection.localDescription.sdp });
      this.#startTimer("answer", answerTimeout, () =>
        this.#fail(new MartletError("negotiation-failed", "The server did not answer an offer.", { retryable: true })),
      );
    } catch (cause) {
      this.#fail(new MartletError("negotiation-failed", "The browser could not make an offer.", { cause, retryable: true }));
    } finally {
      this.#makingOffer = false;
      this.#configureSoon();
    }
  }

  #inOrder(work) {
    this.#frames = this.#frames.then(async () => {
      if (this.#closed) return;
      try {
        await work();
      } catch (cause) {
        this.#fail(new MartletError("negotiation-failed", "The browser did not accept the server's description.", { cause, retryable: true }));
      }
    });
  }

  #trickle(candidate) {
    if (candidate?.candidate) {
      if (candidate.type === "relay" || / typ relay /.test(candidate.candidate)) this.#relayCandidates += 1;
      this.#endOfCandidatesSent = false;
      this.#send("ice-candidate", candidate.toJSON());
    } else if (!this.#endOfCandidatesSent) {
      // Browsers say the end as an empty candidate, as null, or as both.
      this.#endOfCandidatesSent = true;
      this.#send("ice-candidate", { candidate: "" });
    }
  }

  #gatheringChanged() {
    const { iceGatheringState, connectionState } = this.#connection;
    if (iceGatheringState !== "complete" || this.#policy !== "relay" || this.#relayCandidates > 0) return;
    if (connectionState !== "connected") this.#fail(this.#relayError());
  }

  #relayError() {
    const reasons = [...this.#candidateErrors].map(([url, text]) => `${url}: ${text}`).join("; ");
    return new MartletError("relay-unreachable", "The media relay cannot be reached from this network.", {
      retryable: true,
      cause: reasons || undefined,
    });
  }

  #expectConnection() {
    if (this.state === "new" || this.state === "connecting") {
      if (!this.#timers.has("transport")) this.#startTimer("transport", connectTimeout, () => this.#transportFailed());
    }
  }

  #connectionChanged() {
    const state = this.state;
    if (state === "connected") {
      this.#restarts = 0;
      this.#stopTimer("transport");
      this.#stopTimer("patience");
    } else if (state === "disconnected") {
      this.#startTimer("patience", disconnectedPatience, () => this.restartIce());
    } else if (state === "failed") {
      this.#transportFailed();
    }
    this.onstate(state);
  }

  #transportFailed() {
    this.#stopTimer("transport");
    this.#stopTimer("patience");
    if (this.#restarts < mostRestarts) {
      this.#restarts += 1;
      this.restartIce();
      return;
    }
    this.#fail(
      this.#policy === "relay" && this.#relayCandidates === 0
        ? this.#relayError()
        : new MartletError("ice-failed", "No connection to the media server came about.", { retryable: true }),
    );
  }

  #fail(error) {
    if (this.#closed) return;
    this.#closed = true;
    this.onfailed(error);
  }

  #startTimer(name, milliseconds, action) {
    this.#stopTimer(name);
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      action();
    }, milliseconds));
  }

  #stopTimer(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
