import { Participant, RemoteTrack } from "./participant.js";

/**
 * Who is in the room and which of their tracks arrive here. It changes only by what the server says, and reports each
 * change once.
 */
export class Roster {
  #emit;
  /** Tracks by the mid of their media section. @type {Map<string, RemoteTrack>} */
  #byMid = new Map();

  /** The others, by peer id. @type {Map<string, Participant>} */
  participants = new Map();

  /** @param {(type: string, detail: object) => void} emit */
  constructor(emit) {
    this.#emit = emit;
  }

  /**
   * Takes over the list of a welcome. Those who were here before keep their object; tracks of the connection before are gone.
   * @param {{peerId: string, userId: string}[]} list
   * @param {string} ownPeerId
   */
  reset(list, ownPeerId) {
    for (const mid of [...this.#byMid.keys()]) this.#dropMid(mid);
    const present = new Set(list.map(({ peerId }) => peerId));
    for (const peerId of [...this.participants.keys()]) {
      if (!present.has(peerId) || peerId === ownPeerId) this.left(peerId);
    }
    for (const each of list) {
      if (each.peerId !== ownPeerId) this.joined(each);
    }
  }

  /** @param {{peerId: string, userId?: string}} identity */
  joined(identity) {
    if (!identity?.peerId || this.participants.has(identity.peerId)) return;
    const participant = new Participant(identity, false);
    this.participants.set(participant.peerId, participant);
    this.#emit("participant-joined", { participant });
  }

  /** @param {string} peerId */
  left(peerId) {
    const participant = this.participants.get(peerId);
    if (!participant) return;
    for (const track of [...participant.tracks.values()]) this.#dropMid(track.mid);
    this.participants.delete(peerId);
    this.#emit("participant-left", { participant });
  }

  /** @param {{peerId: string, kind: string, enabled: boolean}} state */
  stateChanged({ peerId, kind, enabled }) {
    const participant = this.participants.get(peerId);
    if (!participant) return;
    if (kind === "audio") participant.audioEnabled = enabled;
    else participant.videoEnabled = enabled;
    this.#emit("participant-state", { participant, kind, enabled });
  }

  /** @param {{peerId: string, trackId: string}} message */
  trackRemoved({ peerId, trackId }) {
    const track = this.participants.get(peerId)?.tracks.get(trackId);
    if (track) this.#dropMid(track.mid);
  }

  /**
   * Makes the tracks what the server's last description says they are.
   * @param {{mid: string, peerId: string, trackId: string, streamId: string, kind: string}[]} list
   * @param {(mid: string) => RTCRtpTransceiver | undefined} transceiver
   */
  bind(list, transceiver) {
    const wanted = new Map(list.map((each) => [each.mid, each]));
    for (const [mid, track] of [...this.#byMid]) {
      if (wanted.get(mid)?.trackId !== track.id) this.#dropMid(mid);
    }
    for (const [mid, announcement] of wanted) {
      const participant = this.participants.get(announcement.peerId);
      const receiver = transceiver(mid)?.receiver;
      if (!participant || !receiver || this.#byMid.has(mid)) continue;
      const track = new RemoteTrack(participant, announcement, receiver, mid);
      this.#byMid.set(mid, track);
      participant.tracks.set(track.id, track);
      this.#emit("track-added", { participant, track });
    }
  }

  /** @param {string} mid */
  trackAt(mid) {
    return this.#byMid.get(mid);
  }

  #dropMid(mid) {
    const track = this.#byMid.get(mid);
    if (!track) return;
    this.#byMid.delete(mid);
    track.participant.tracks.delete(track.id);
    this.#emit("track-removed", { participant: track.participant, track });
  }
}
