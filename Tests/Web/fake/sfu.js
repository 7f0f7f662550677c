// Plays the SFU in tests of the web client: one RTCPeerConnection per participant, every track that arrives is sent to all
// the others. The polite side of docs/protocol.md.

const control = new WebSocket(`ws://${location.host}/fake-sfu-control`);
/** @type {Map<string, Peer>} */
const peers = new Map();

class Peer {
  constructor(peerId) {
    this.peerId = peerId;
    /** Tracks that this participant publishes: track id -> {track, stream, announcement}. */
    this.published = new Map();
    /** What our own sections carry: transceiver -> announcement. */
    this.carries = new Map();
    this.work = Promise.resolve();
    this.making = false;
    // Chromium mixes up header extension ids when it takes back a first offer, so this server lets newcomers offer first.
    this.ready = new Promise((resolve) => {
      this.becomeReady = resolve;
      setTimeout(resolve, 2500);
    });
    this.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.connection.onicecandidate = ({ candidate }) => candidate && this.send("ice-candidate", candidate.toJSON());
    this.connection.onnegotiationneeded = () => this.offer();
    this.connection.ontrack = (event) => this.trackArrived(event);
  }

  send(type, data) {
    control.send(JSON.stringify({ peerId: this.peerId, type, data }));
  }

  tracks() {
    return [...this.carries].filter(([transceiver]) => transceiver.mid).map(([{ mid }, announcement]) => ({ mid, ...announcement }));
  }

  async offer() {
    this.making = true;
    try {
      await this.connection.setLocalDescription();
      if (this.connection.signalingState === "have-local-offer") this.send("offer", { sdp: this.connection.localDescription.sdp, tracks: this.tracks() });
    } finally {
      this.making = false;
    }
  }

  receive(type, data) {
    this.work = this.work.then(() => this.handle(type, data)).catch((error) => console.error(this.peerId, type, error));
  }

  async handle(type, data) {
    if (type === "offer") {
      await this.connection.setRemoteDescription({ type, sdp: data.sdp });
      await this.connection.setLocalDescription();
      this.send("answer", { sdp: this.connection.localDescription.sdp, tracks: this.tracks() });
      this.becomeReady();
      this.sweep();
    } else if (type === "answer") {
      if (this.connection.signalingState === "have-local-offer") await this.connection.setRemoteDescription({ type, sdp: data.sdp });
    } else if (type === "ice-candidate" && data.candidate) {
      await this.connection.addIceCandidate(data).catch(() => {});
    }
  }

  trackArrived({ track, streams: [stream], transceiver }) {
    const { peerId } = this;
    if (track.kind === "audio") {
      // Chromium hands sound on only while something plays it.
      const player = new Audio();
      player.muted = true;
      player.srcObject = new MediaStream([track]);
      player.play();
    }
    const streams = [...new Set([...this.published.values()].map((each) => each.stream))];
    if (!streams.includes(stream)) streams.push(stream);
    const nth = streams.indexOf(stream) + 1;
    const sameKind = [...this.published.values()].filter((each) => each.track.kind === track.kind).length + 1;
    const suffix = (number) => (number > 1 ? `-${number}` : "");
    const announcement = { peerId, trackId: `${track.kind}-${peerId}${suffix(sameKind)}`, streamId: `${peerId}${suffix(nth)}`, kind: track.kind };
    this.published.set(announcement.trackId, { track, stream, transceiver, announcement });
    for (const other of peers.values()) if (other !== this) other.forward(track, announcement);
  }

  async forward(track, announcement) {
    await this.ready;
    if (!peers.get(announcement.peerId)?.published.has(announcement.trackId) || this.connection.signalingState === "closed") return;
    this.send("track-added", announcement);
    this.carries.set(this.connection.addTransceiver(track, { direction: "sendonly", streams: [new MediaStream([track])] }), announcement);
  }

  /** Withdraws what this participant stopped sending. */
  sweep() {
    for (const [trackId, { transceiver }] of [...this.published]) {
      if (["stopped", "inactive"].includes(transceiver.currentDirection)) this.withdraw(trackId);
    }
  }

  withdraw(trackId) {
    const { peerId, kind } = this.published.get(trackId).announcement;
    this.published.delete(trackId);
    for (const other of peers.values()) {
      for (const [transceiver, announcement] of [...other.carries]) {
        if (announcement.trackId !== trackId) continue;
        other.carries.delete(transceiver);
        transceiver.sender.replaceTrack(null);
        transceiver.direction = "inactive";
        other.send("track-removed", { peerId, trackId, kind });
      }
    }
  }

  close() {
    for (const trackId of [...this.published.keys()]) this.withdraw(trackId);
    this.connection.close();
  }
}

control.onmessage = ({ data: text }) => {
  const { peerId, type, data } = JSON.parse(text);
  if (type === "joined") {
    const peer = new Peer(peerId);
    for (const other of peers.values()) for (const { track, announcement } of other.published.values()) peer.forward(track, announcement);
    peers.set(peerId, peer);
  } else if (type === "left") {
    const peer = peers.get(peerId);
    peers.delete(peerId);
    peer?.close();
  } else {
    peers.get(peerId)?.receive(type, data);
  }
};
