import { Backoff, Pause } from "./backoff.js";
import { openDevice, openScreen, supportProblem } from "./capture.js";
import { MartletError } from "./errors.js";
import { watchNetwork } from "./network.js";
import { Participant } from "./participant.js";
import { Publication } from "./publication.js";
import { Roster } from "./roster.js";
import { Session } from "./session.js";
import { SpeakerDetector } from "./speakers.js";
import { quality, StatsDigest } from "./stats.js";

/** How often qualities are measured, in milliseconds. */
const statsInterval = 2000;
/** A session that lasted so long was a good one: the next reconnect starts with the shortest delay again. Milliseconds. */
const steadyAfter = 60_000;

/**
 * A room that this client is in, across as many connections as that takes. See martlet.d.ts for the events.
 */
export class Room extends EventTarget {
  #options;
  #state = "new";
  /** @type {Session | undefined} */
  #session;
  #sessionSince = 0;
  #backoff;
  #pause;
  #reconnecting = false;
  #roster = new Roster((type, detail) => this.#emit(type, detail));
  /** @type {Set<Publication>} */
  #publications = new Set();
  #cameraStream;
  /** What the others were told about our microphone and camera in this session. */
  #toldStates = {};
  #digest = new StatsDigest();
  #statsTimer;
  #speakers;
  #unwatchNetwork;

  /** @param {import("../martlet.js").ConnectOptions} options */
  constructor(options) {
    super();
    this.#options = { url: globalThis.location?.origin, iceTransportPolicy: "relay", ...options };
    this.#backoff = new Backoff(options.backoff);
    this.localParticipant = new Participant({ peerId: "", userId: options.userId }, true);
    this.error = undefined;
  }

  get name() {
    return this.#options.room;
  }

  /** @returns {import("../martlet.js").RoomState} */
  get state() {
    return this.#state;
  }

  /** @returns {RTCPeerConnectionState} of the media connection; `new` while there is nothing to send or receive */
  get mediaState() {
    return this.#session?.peer?.state ?? "new";
  }

  /** The others, by peer id. */
  get participants() {
    return this.#roster.participants;
  }

  get publications() {
    return [...this.#publications];
  }

  /**
   * The publication of a source, if there is one.
   * @param {import("../martlet.js").TrackSource} source
   */
  publication(source) {
    return this.publications.find((each) => each.source === source);
  }

  /** Joins; resolves when media can be published. Rejects with a `MartletError` and is then closed. */
  async join() {
    if (this.#state !== "new") throw new MartletError("invalid-state", "A room is joined once; make another one.");
    this.#setState("connecting");
    try {
      const problem = supportProblem();
      if (problem) throw problem;
      if (!this.#options.room) throw new MartletError("invalid-argument", "A room needs a name.");
      await this.#openSession();
    } catch (error) {
      this.#close(error);
      throw error;
    }
    this.#unwatchNetwork = watchNetwork(() => this.#networkChanged());
    this.#statsTimer = setInterval(() => this.#measure(), statsInterval);
    this.#speakers = new SpeakerDetector(
      () => [this.localParticipant, ...this.participants.values()],
      () => this.publications.find(({ source, muted }) => source === "microphone" && !muted)?.track,
      (speakers) => this.#emit("active-speakers", { speakers }),
    );
    return this;
  }

  /** Leaves, stops the devices that this library opened, and frees everything. The room cannot be joined again. */
  leave() {
    this.#session?.leave();
    this.#close();
  }

  /**
   * Publishes any track; several of a kind are fine.
   * @param {MediaStreamTrack} track
   * @param {import("../martlet.js").PublishOptions} [options]
   */
  publish(track, options = {}) {
    return this.#publish(track, options);
  }

  /**
   * Opens a microphone and publishes it.
   * @param {MediaTrackConstraints} [constraints]
   * @param {import("../martlet.js").PublishOptions} [options]
   */
  publishMicrophone(constraints, options) {
    return this.#publishDevice("microphone", constraints, options);
  }

  /**
   * Opens a camera and publishes it.
   * @param {MediaTrackConstraints} [constraints]
   * @param {import("../martlet.js").PublishOptions} [options]
   */
  publishCamera(constraints, options) {
    return this.#publishDevice("camera", constraints, options);
  }

  /**
   * Asks for a screen, window or tab and publishes it, with its sound where the browser gives that.
   * @param {DisplayMediaStreamOptions} [capture]
   * @param {import("../martlet.js").PublishOptions} [options]
   * @returns {Promise<Publication[]>}
   */
  async shareScreen(capture, options = {}) {
    this.#requireOpen();
    const stream = await openScreen(capture);
    return stream.getTracks().map((track) => {
      const source = track.kind === "video" ? { source: "screen", contentHint: "detail" } : { source: "screen-audio" };
      return this.#publish(track, { ...source, ...options, stream }, { owned: true });
    });
  }

  /** Ends `shareScreen`. */
  stopScreenShare() {
    for (const each of this.publications) {
      if (each.source === "screen" || each.source === "screen-audio") this.unpublish(each);
    }
  }

  /** @param {Publication} publication */
  unpublish(publication) {
    this.#unpublish(publication, "unpublished");
  }

  /** Measures now. @returns {Promise<import("../martlet.js").ConnectionStats | undefined>} undefined without a connection */
  async getStats() {
    const peer = this.#session?.peer;
    if (!peer) return undefined;
    const digest = this.#digest.read(await peer.getStats());
    for (const entry of digest.tracks) {
      const owner = entry.direction === "in" ? this.#roster.trackAt(entry.mid) : this.#publicationAt(entry.mid);
      entry.source = owner?.source;
      entry.participant = entry.direction === "in" ? owner?.participant : this.localParticipant;
    }
    return digest;
  }

  async #publishDevice(source, constraints, options = {}) {
    this.#requireOpen();
    const reopen = () => openDevice(source, constraints);
    const { track: opened, muted, ...rest } = options;
    const track = opened ?? (await reopen());
    let publication;
    try {
      publication = this.#publish(track, { ...rest, source }, { owned: true, reopen });
    } catch (error) {
      track.stop();
      throw error;
    }
    if (muted) await publication.mute();
    return publication;
  }

  #publish(track, options, device) {
    this.#requireOpen();
    const source = options.source ?? (track.kind === "audio" ? "microphone" : "camera");
    const stream = options.stream ?? this.#streamFor(source);
    if (!stream.getTracks().includes(track)) stream.addTrack(track);
    const owner = {
      muted: (publication) => this.#publicationChanged(publication),
      ended: (publication) => this.#unpublish(publication, "ended"),
      unpublish: (publication) => this.unpublish(publication),
    };
    const publication = new Publication(owner, track, stream, { ...options, source }, device);
    this.#publications.add(publication);
    this.#send(publication);
    this.#tellStates();
    this.#emit("published", { publication });
    return publication;
  }

  /** Microphone and camera share a stream, so that receivers play them in step. */
  #streamFor(source) {
    if (source !== "microphone" && source !== "camera") return new MediaStream();
    this.#cameraStream ??= new MediaStream();
    return this.#cameraStream;
  }

  #send(publication) {
    publication.transceiver = this.#session?.peer?.add(publication.track, publication.stream, publication.options);
  }

  #unpublish(publication, reason) {
    if (!this.#publications.delete(publication)) return;
    if (publication.transceiver) this.#session?.peer?.remove(publication.transceiver);
    publication.transceiver = undefined;
    publication.release();
    this.#emit("unpublished", { publication, reason });
  }

  #publicationAt(mid) {
    return this.publications.find(({ transceiver }) => transceiver?.mid === mid);
  }

  #publicationChanged(publication) {
    this.#tellStates();
    this.#emit("publication-changed", { publication });
  }

  #tellStates() {
    for (const [kind, source] of [["audio", "microphone"], ["video", "camera"]]) {
      const concerned = this.publications.filter((each) => each.source === source);
      if (concerned.length === 0) continue;
      const enabled = concerned.some(({ muted }) => !muted);
      this.localParticipant[`${kind}Enabled`] = enabled;
      if ((this.#toldStates[kind] ?? true) === enabled) continue;
      if (this.#session?.send(`${kind}-state`, { enabled })) this.#toldStates[kind] = enabled;
    }
  }

  /** @returns {Promise<boolean>} whether the session before was still there when the new one took over */
  async #openSession() {
    const { url, room, userId, iceTransportPolicy } = this.#options;
    const { token } = this.#options;
    const session = new Session(
      { url, room, userId, policy: iceTransportPolicy, token: (typeof token === "function" ? await token() : token) ?? "" },
      {
        onmessage: (type, data) => this.#receive(session, type, data),
        ontracks: (tracks) => session === this.#session && this.#roster.bind(tracks, (mid) => session.peer.transceiver(mid)),
        onmedia: (state) => this.#mediaChanged(session, state),
        onlost: (error) => this.#sessionLost(session, error),
        onerror: (error) => this.#emit("error", { error }),
      },
    );
    const welcome = await session.open();
    if (this.#state === "closed") {
      session.leave();
      throw new MartletError("closed", "The room was left while it was being joined.");
    }
    const seamless = this.#session !== undefined;
    this.#adopt(session, welcome);
    return seamless;
  }

  /** From here on `session` is the one that counts. */
  #adopt(session, welcome) {
    this.#session?.leave();
    this.#session = session;
    this.#sessionSince = performance.now();
    this.#toldStates = {};
    this.#digest = new StatsDigest();
    this.localParticipant.peerId = welcome.peerId;
    this.localParticipant.userId = welcome.participants?.find(({ peerId }) => peerId === welcome.peerId)?.userId ?? this.localParticipant.userId;
    this.#roster.reset(welcome.participants ?? [], welcome.peerId);
    for (const publication of this.#publications) this.#send(publication);
    this.#tellStates();
    this.#setState("connected");
    session.start();
  }

  #receive(session, type, data) {
    if (session !== this.#session) return;
    switch (type) {
      case "participant-joined":
        return this.#roster.joined(data.participant);
      case "participant-left":
        return this.#roster.left(data.peerId);
      case "participant-state":
        return this.#roster.stateChanged(data);
      case "track-removed":
        return this.#roster.trackRemoved(data);
      case "server-draining":
        this.#emit("draining", { timeoutMs: data.timeoutMs, reason: data.reason });
        return void this.#reconnect(new MartletError("server-draining", "The server is shutting down.", { retryable: true }));
      case "kicked":
        session.close();
        return this.#close(new MartletError("kicked", data.reason || "You were removed from the room.", { serverCode: data.code }));
    }
  }

  #mediaChanged(session, state) {
    if (session !== this.#session) return;
    if (state === "connected") this.#backoff.reset();
    this.#emit("media-state", { state });
  }

  #networkChanged() {
    this.#pause?.wake();
    // On the old network's socket nobody answers the restart's offer; that is noticed and leads to a new session.
    this.#session?.peer?.restartIce();
  }

  #sessionLost(session, error) {
    if (session !== this.#session) return;
    if (performance.now() - this.#sessionSince > steadyAfter) this.#backoff.reset();
    this.#session = undefined;
    for (const publication of this.#publications) publication.transceiver = undefined;
    if (!error.retryable) return this.#close(error);
    this.#setState("reconnecting");
    this.#reconnect(error);
  }

  /** Tries again and again until a new session stands. One that still works, on a server that drains, goes on meanwhile. */
  async #reconnect(reason) {
    if (this.#reconnecting) return;
    this.#reconnecting = true;
    let error = reason;
    while (this.#state !== "closed") {
      const delayMs = this.#backoff.next();
      this.#emit("reconnecting", { attempt: this.#backoff.attempt, delayMs, error });
      this.#pause = new Pause(delayMs);
      await this.#pause.finished;
      this.#pause = undefined;
      if (this.#state === "closed") break;
      try {
        const seamless = await this.#openSession();
        this.#reconnecting = false;
        this.#emit("reconnected", { seamless });
        return;
      } catch (failure) {
        error = failure;
        if (!failure.retryable) this.#close(failure);
      }
    }
    this.#reconnecting = false;
  }

  async #measure() {
    const digest = await this.getStats().catch(() => undefined);
    if (!digest || this.#state === "closed") return;
    for (const participant of [this.localParticipant, ...this.participants.values()]) {
      participant.quality = quality(digest.tracks.filter((entry) => entry.participant === participant)) ?? participant.quality;
    }
    this.#emit("stats", { stats: digest });
  }

  #close(error) {
    if (this.#state === "closed") return;
    this.error = error;
    this.#session?.close();
    this.#session = undefined;
    this.#pause?.wake();
    clearInterval(this.#statsTimer);
    this.#speakers?.close();
    this.#unwatchNetwork?.();
    for (const publication of this.publications) this.unpublish(publication);
    this.#roster.reset([], "");
    this.#setState("closed");
    this.#emit("closed", { error });
  }

  #requireOpen() {
    if (this.#state === "closed" || this.#state === "new") {
      throw new MartletError("invalid-state", "Publish in a room that has been joined and not left.");
    }
  }

  #setState(state) {
    if (state === this.#state) return;
    const previous = this.#state;
    this.#state = state;
    this.#emit("state", { state, previous });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
