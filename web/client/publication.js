import { MartletError } from "./errors.js";

/**
 * A track that this client publishes. It outlives connections: after a reconnect the room publishes it again.
 *
 * Muting leaves the sender alone: the track is disabled, the others are told, and a camera that this library opened is switched
 * off until it is needed again.
 */
export class Publication {
  #room;
  #reopen;
  #work = Promise.resolve();
  #muted = false;

  /**
   * @param {PublicationOwner} room
   * @param {MediaStreamTrack} track
   * @param {MediaStream} stream
   * @param {import("../martlet.js").PublishOptions} options
   * @param {{owned?: boolean, reopen?: () => Promise<MediaStreamTrack>}} [device] `owned`: the track is the library's to
   *   stop; `reopen` opens the device again after it was switched off
   *
   * @typedef {object} PublicationOwner
   * @property {(publication: Publication) => void} muted its `muted` or its track changed
   * @property {(publication: Publication) => void} ended the device or the shared screen went away
   * @property {(publication: Publication) => void} unpublish
   */
  constructor(room, track, stream, options, { owned = false, reopen } = {}) {
    this.#room = room;
    this.#reopen = reopen;
    this.track = track;
    this.stream = stream;
    this.options = options;
    this.kind = track.kind;
    this.source = options.source;
    /** Of the current connection. @type {RTCRtpTransceiver | undefined} */
    this.transceiver = undefined;
    /** Ours to stop, because we opened it. */
    this.ownsTrack = owned;
    this.#watch(track);
  }

  get muted() {
    return this.#muted;
  }

  /** Sends silence or nothing instead of the track, and tells the others. */
  mute() {
    return this.#inOrder(async () => {
      if (this.#muted) return;
      this.#muted = true;
      this.track.enabled = false;
      if (this.#reopen && this.kind === "video") {
        this.track.onended = null;
        this.track.stop();
      }
      this.#room.muted(this);
    });
  }

  /** Takes `mute` back. Rejects when a camera that was switched off cannot be opened again; it then stays muted. */
  unmute() {
    return this.#inOrder(async () => {
      if (!this.#muted) return;
      if (this.track.readyState === "ended" && this.#reopen) await this.#use(await this.#reopen());
      this.#muted = false;
      this.track.enabled = true;
      this.#room.muted(this);
    });
  }

  /**
   * Goes on with another track of the same kind, for example of another camera, without a negotiation.
   * @param {MediaStreamTrack} track
   * @param {() => Promise<MediaStreamTrack>} [reopen] opens the same device again; given, the track belongs to the publication
   */
  replaceTrack(track, reopen) {
    return this.#inOrder(async () => {
      if (track.kind !== this.kind) throw new MartletError("invalid-argument", `An ${this.kind} track cannot become ${track.kind}.`);
      const previous = this.track;
      track.enabled = !this.#muted;
      await this.#use(track);
      if (this.ownsTrack) previous.stop();
      this.ownsTrack = Boolean(reopen);
      this.#reopen = reopen;
      if (this.#muted && reopen && this.kind === "video") {
        track.onended = null;
        track.stop();
      }
      this.#room.muted(this);
    });
  }

  async #use(track) {
    this.track.onended = null;
    await this.transceiver?.sender.replaceTrack(track);
    this.stream.removeTrack(this.track);
    this.stream.addTrack(track);
    this.track = track;
    this.#watch(track);
  }

  /** Stops publishing, and the device if this library opened it. */
  stop() {
    this.#room.unpublish(this);
  }

  /** Lets go of the device; used by the room. */
  release() {
    this.track.onended = null;
    if (this.ownsTrack) this.track.stop();
    this.stream.removeTrack(this.track);
  }

  #watch(track) {
    if (this.options.contentHint && "contentHint" in track) track.contentHint = this.options.contentHint;
    track.onended = () => this.#room.ended(this);
  }

  #inOrder(work) {
    const result = this.#work.then(work);
    this.#work = result.catch(() => {});
    return result;
  }
}
