/**
 * What a stream of a participant most likely shows: the first one holds microphone and camera, every further one a shared
 * screen with its sound. See docs/protocol.md, "Which track is this?".
 * @param {{kind: string, streamId: string, peerId: string}} announcement
 * @returns {import("../martlet.js").TrackSource}
 */
function sourceOf({ kind, streamId, peerId }) {
  if (streamId === peerId) return kind === "audio" ? "microphone" : "camera";
  return kind === "audio" ? "screen-audio" : "screen";
}

/** A track of somebody else. It exists from the moment its media section is negotiated until the section or the track ends. */
export class RemoteTrack {
  /**
   * @param {Participant} participant
   * @param {{trackId: string, streamId: string, kind: string, peerId: string}} announcement
   * @param {RTCRtpReceiver} receiver
   * @param {string} mid
   */
  constructor(participant, announcement, receiver, mid) {
    this.participant = participant;
    this.id = announcement.trackId;
    this.streamId = announcement.streamId;
    this.kind = announcement.kind;
    this.source = sourceOf(announcement);
    this.mid = mid;
    this.receiver = receiver;
    this.mediaStreamTrack = receiver.track;
    /** For `srcObject` of an element of its own. */
    this.stream = new MediaStream([receiver.track]);
  }
}

/** Somebody in the room, this client included (`isLocal`). The object stays the same while the peer id does. */
export class Participant {
  /**
   * @param {{peerId: string, userId?: string}} identity
   * @param {boolean} isLocal
   */
  constructor({ peerId, userId }, isLocal) {
    this.peerId = peerId;
    this.userId = userId ?? "";
    this.isLocal = isLocal;
    /** @type {Map<string, RemoteTrack>} by track id; empty for the local participant, see `room.publications` */
    this.tracks = new Map();
    this.audioEnabled = true;
    this.videoEnabled = true;
    this.speaking = false;
    /** 0 to 1, smoothed. */
    this.audioLevel = 0;
    /** @type {import("../martlet.js").Quality | undefined} */
    this.quality = undefined;
  }
}
