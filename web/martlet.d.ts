/** Types of martlet.js, Martlet's client for browsers. docs/client.md shows how to use it. */

export type MartletErrorCode =
  // The browser
  | "unsupported-browser"
  | "insecure-context"
  | "permission-denied"
  | "device-not-found"
  | "device-busy"
  | "device-unusable"
  | "screen-share-cancelled"
  // Joining
  | "unauthorized"
  | "forbidden"
  | "signaling-unreachable"
  | "join-timeout"
  | "join-refused"
  | "room-full"
  | "room-closed"
  | "room-not-found"
  | "room-mismatch"
  | "rate-limited"
  | "server-draining"
  // Media
  | "relay-unreachable"
  | "relay-required"
  | "ice-failed"
  | "negotiation-failed"
  // Later
  | "kicked"
  | "server-error"
  | "closed"
  | "invalid-argument"
  | "invalid-state";

export class MartletError extends Error {
  constructor(
    code: MartletErrorCode,
    message: string,
    details?: { cause?: unknown; retryable?: boolean; serverCode?: string },
  );
  readonly name: "MartletError";
  readonly code: MartletErrorCode;
  /** The same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** The code of the server's error frame, if one caused this. */
  readonly serverCode?: string;
}

export interface ConnectOptions {
  /** Of the gateway: `https://host`, or the whole address of the signaling endpoint. The page's own origin by default. */
  url?: string;
  /** 1 to 128 printable ASCII characters without blanks. */
  room: string;
  /** A JWT or an API key, or a function that fetches one; it is called for each connection, so that a fresh token can be given. */
  token?: string | (() => string | Promise<string>);
  /** What the others see, unless the token names a user. */
  userId?: string;
  /** `relay` by default, which is what Martlet's server accepts. */
  iceTransportPolicy?: RTCIceTransportPolicy;
  /** Delays between attempts to reconnect, in milliseconds: 500 to 15000, doubling, by default. */
  backoff?: { first?: number; longest?: number };
}

/** `screen` and `screen-audio` are tracks outside the publisher's first stream. */
export type TrackSource = "microphone" | "camera" | "screen" | "screen-audio";

export interface PublishOptions {
  /** By default `microphone` for audio and `camera` for video. Decides about the stream, the bitrate and what mute tells the others. */
  source?: TrackSource;
  /** Tracks in one stream are played in step. Microphone and camera share one by default, every other track has its own. */
  stream?: MediaStream;
  /** Send a video in three sizes (rids q, h, f), so that the server can choose for each receiver. */
  simulcast?: boolean;
  /** Bits per second; of the largest size with simulcast. */
  maxBitrate?: number;
  maxFramerate?: number;
  /** Preferred codec, such as `VP8`, `VP9`, `H264` or `AV1`; ignored where the browser lacks it. */
  codec?: string;
  contentHint?: "" | "motion" | "detail" | "text" | "speech" | "music";
}

export interface DevicePublishOptions extends Omit<PublishOptions, "source"> {
  /** A track of that device which is open already, from a preview for example. It belongs to the room from now on. */
  track?: MediaStreamTrack;
  /** Start muted. */
  muted?: boolean;
}

export interface Publication {
  readonly kind: "audio" | "video";
  readonly source: TrackSource;
  readonly track: MediaStreamTrack;
  readonly stream: MediaStream;
  readonly muted: boolean;
  /** Stops sending the content and tells the others. A camera opened by the library is switched off. */
  mute(): Promise<void>;
  /** Rejects when a camera cannot be opened again; it then stays muted. */
  unmute(): Promise<void>;
  /** Goes on with another track without a negotiation. With `reopen` the track belongs to the publication. */
  replaceTrack(track: MediaStreamTrack, reopen?: () => Promise<MediaStreamTrack>): Promise<void>;
  /** The same as `room.unpublish(publication)`. */
  stop(): void;
}

export interface RemoteTrack {
  /** `KIND-PEERID`, with a number behind it for further tracks of a kind. */
  readonly id: string;
  readonly streamId: string;
  readonly kind: "audio" | "video";
  readonly source: TrackSource;
  readonly participant: Participant;
  readonly mediaStreamTrack: MediaStreamTrack;
  /** Holds the track alone, for `srcObject`. */
  readonly stream: MediaStream;
  readonly receiver: RTCRtpReceiver;
}

export type QualityLevel = "excellent" | "good" | "poor" | "bad";

export interface Quality {
  /** Estimated mean opinion score, 1 to 4.5. */
  score: number;
  level: QualityLevel;
}

export interface Participant {
  readonly peerId: string;
  readonly userId: string;
  readonly isLocal: boolean;
  /** By track id; empty for the local participant. */
  readonly tracks: ReadonlyMap<string, RemoteTrack>;
  readonly audioEnabled: boolean;
  readonly videoEnabled: boolean;
  readonly speaking: boolean;
  /** 0 to 1, smoothed, for meters. */
  readonly audioLevel: number;
  /** Undefined until something was measured. */
  readonly quality: Quality | undefined;
}

/** Rates are per second, since the measurement before; what a browser does not tell is undefined. */
export interface TrackStats {
  direction: "in" | "out";
  kind: "audio" | "video";
  mid?: string;
  /** Of a simulcast layer. */
  rid?: string;
  source?: TrackSource;
  participant?: Participant;
  trackIdentifier?: string;
  codec?: string;
  bitrate?: number;
  packetRate?: number;
  /** 0 to 1. */
  lossRatio?: number;
  jitterMs?: number;
  roundTripMs?: number;
  width?: number;
  height?: number;
  framesPerSecond?: number;
  framesDropped?: number;
  freezes?: number;
  audioLevel?: number;
  /** What keeps the encoder from more: `cpu`, `bandwidth`, `other`. */
  limitedBy?: string;
  /** Estimated mean opinion score, 1 to 4.5. */
  score?: number;
}

export interface ConnectionStats {
  /** Milliseconds since 1970. */
  timestamp: number;
  transport: {
    roundTripMs?: number;
    availableOutgoingBitrate?: number;
    candidateType?: string;
    /** `udp`, `tcp` or `tls`: how the relay is reached. */
    relayProtocol?: string;
    dtlsVersion?: string;
    srtpCipher?: string;
  };
  tracks: TrackStats[];
}

export type RoomState = "new" | "connecting" | "connected" | "reconnecting" | "closed";

export interface RoomEvents {
  state: { state: RoomState; previous: RoomState };
  "media-state": { state: RTCPeerConnectionState };
  "participant-joined": { participant: Participant };
  "participant-left": { participant: Participant };
  "participant-state": { participant: Participant; kind: "audio" | "video"; enabled: boolean };
  "track-added": { participant: Participant; track: RemoteTrack };
  "track-removed": { participant: Participant; track: RemoteTrack };
  published: { publication: Publication };
  /** `ended`: the device was unplugged or the person stopped sharing in the browser's own controls. */
  unpublished: { publication: Publication; reason: "unpublished" | "ended" };
  "publication-changed": { publication: Publication };
  /** Loudest first; fires when somebody begins or stops to speak. */
  "active-speakers": { speakers: Participant[] };
  /** Every two seconds, after the participants' `quality` was brought up to date. */
  stats: { stats: ConnectionStats };
  draining: { timeoutMs: number; reason: string };
  /** Before each attempt. While `state` stays `connected`, the old connection still works. */
  reconnecting: { attempt: number; delayMs: number; error: MartletError };
  /** `seamless`: the old connection worked until the new one took over. Tracks of the new one arrive as `track-added`. */
  reconnected: { seamless: boolean };
  /** Something failed that does not end the connection. */
  error: { error: MartletError };
  /** The last event. Without `error` the room was left. */
  closed: { error?: MartletError };
}

export class Room extends EventTarget {
  constructor(options: ConnectOptions);
  readonly name: string;
  readonly state: RoomState;
  readonly mediaState: RTCPeerConnectionState;
  readonly localParticipant: Participant;
  /** The others, by peer id. */
  readonly participants: ReadonlyMap<string, Participant>;
  readonly publications: Publication[];
  /** Why the room closed. */
  readonly error: MartletError | undefined;

  join(): Promise<this>;
  leave(): void;
  publication(source: TrackSource): Publication | undefined;
  publish(track: MediaStreamTrack, options?: PublishOptions): Publication;
  publishMicrophone(constraints?: MediaTrackConstraints, options?: DevicePublishOptions): Promise<Publication>;
  publishCamera(constraints?: MediaTrackConstraints, options?: DevicePublishOptions): Promise<Publication>;
  shareScreen(capture?: DisplayMediaStreamOptions, options?: PublishOptions): Promise<Publication[]>;
  stopScreenShare(): void;
  unpublish(publication: Publication): void;
  getStats(): Promise<ConnectionStats | undefined>;

  addEventListener<K extends keyof RoomEvents>(
    type: K,
    listener: (event: CustomEvent<RoomEvents[K]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof RoomEvents>(
    type: K,
    listener: (event: CustomEvent<RoomEvents[K]>) => void,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** Joins a room; resolves when media can be published. */
export function connect(options: ConnectOptions): Promise<Room>;

/** Why this browser cannot take part in a call; undefined when it can. */
export function supportProblem(): MartletError | undefined;

/** Whether this browser can share a screen. */
export function canShareScreen(): boolean;

/** Opens a microphone or camera outside a room, for a preview. */
export function openDevice(source: "microphone" | "camera", constraints?: MediaTrackConstraints): Promise<MediaStreamTrack>;

/** Reports the level of a microphone, 0 to 1, some fifteen times a second until the returned function is called. */
export function meterTrack(track: MediaStreamTrack, onlevel: (level: number) => void): () => void;
