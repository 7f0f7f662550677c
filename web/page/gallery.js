import { byId, element } from "./dom.js";
import { fitTiles } from "./layout.js";
import { Tile } from "./tile.js";

/** All pictures of a call, kept in step with the room. */
export class Gallery {
  #room;
  #speaker;
  #onblocked;
  /** By peer id for people, by track id for screens. @type {Map<string, Tile>} */
  #tiles = new Map();
  #alone;

  static {
    fitTiles(byId("tiles"));
  }

  /**
   * @param {import("../martlet.js").Room} room
   * @param {{speaker: string, onblocked: () => void, oninvite: () => void}} options `speaker`: id of the loudspeaker
   */
  constructor(room, { speaker, onblocked, oninvite }) {
    this.#room = room;
    this.#speaker = speaker;
    this.#onblocked = onblocked;
    const invite = element("button", { type: "button", class: "primary", textContent: "Copy invite link", onclick: oninvite });
    this.#alone = element("li", { class: "tile alone" }, element("p", { textContent: "Nobody else is here yet." }), invite);
    this.#addPerson(room.localParticipant);
    room.addEventListener("participant-joined", ({ detail }) => this.#addPerson(detail.participant));
    room.addEventListener("participant-left", ({ detail }) => this.#remove(detail.participant));
    room.addEventListener("participant-state", ({ detail }) => this.#update(detail.participant));
    room.addEventListener("track-added", ({ detail }) => this.#addTrack(detail.track));
    room.addEventListener("track-removed", ({ detail }) => this.#removeTrack(detail.track));
    room.addEventListener("active-speakers", () => this.#eachPerson((participant, tile) => tile.setSpeaking(participant.speaking)));
    room.addEventListener("stats", () => this.#eachPerson((participant, tile) => tile.setQuality(participant.quality)));
    for (const type of ["published", "unpublished", "publication-changed"]) room.addEventListener(type, () => this.#updateLocal());
    for (const participant of room.participants.values()) {
      this.#addPerson(participant);
      for (const track of participant.tracks.values()) this.#addTrack(track);
    }
  }

  /** @param {string} sinkId */
  setSpeaker(sinkId) {
    this.#speaker = sinkId;
    for (const tile of this.#tiles.values()) tile.setSpeaker(sinkId);
  }

  playAudio() {
    for (const tile of this.#tiles.values()) tile.playAudio();
  }

  close() {
    for (const tile of this.#tiles.values()) tile.close();
    this.#tiles.clear();
    byId("tiles").replaceChildren();
    byId("screens").replaceChildren();
    this.#arrange();
  }

  /** The own tile keeps its key, since the own peer id changes with each connection. */
  #key(participant) {
    return participant.isLocal ? "local" : participant.peerId;
  }

  #addPerson(participant) {
    const tile = new Tile({ mirrored: participant.isLocal, onblocked: this.#onblocked });
    this.#tiles.set(this.#key(participant), tile);
    byId("tiles").append(tile.element);
    this.#update(participant);
    this.#arrange();
  }

  #remove(participant) {
    this.#tiles.get(this.#key(participant))?.close();
    this.#tiles.delete(this.#key(participant));
    this.#arrange();
  }

  #addTrack(track) {
    const { participant, mediaStreamTrack } = track;
    const tile = this.#tiles.get(this.#key(participant));
    if (!tile) return;
    if (track.kind === "audio") {
      tile.addAudio(track.id, mediaStreamTrack, this.#speaker);
    } else if (track.source === "screen") {
      this.#addScreen(track.id, mediaStreamTrack, `${participant.userId}'s screen`);
    } else {
      // Frames start and stop: show the picture only while there is one.
      mediaStreamTrack.onmute = mediaStreamTrack.onunmute = () => this.#update(participant);
    }
    this.#update(participant);
  }

  #addScreen(id, track, name) {
    const tile = new Tile({ fit: true, enlargeable: true });
    tile.setName(name);
    tile.setVideo(track);
    tile.showVideo(true);
    this.#tiles.set(id, tile);
    byId("screens").append(tile.element);
    this.#arrange();
  }

  #removeTrack(track) {
    const { participant, mediaStreamTrack } = track;
    mediaStreamTrack.onmute = mediaStreamTrack.onunmute = null;
    this.#tiles.get(this.#key(participant))?.removeAudio(track.id);
    this.#removeScreen(track.id);
    this.#update(participant);
  }

  #removeScreen(id) {
    if (!this.#tiles.has(id)) return;
    this.#tiles.get(id).close();
    this.#tiles.delete(id);
    this.#arrange();
  }

  #update(participant) {
    const tile = this.#tiles.get(this.#key(participant));
    if (!tile) return;
    if (participant.isLocal) return this.#updateLocal();
    const tracks = [...participant.tracks.values()];
    const camera = tracks.find(({ source }) => source === "camera")?.mediaStreamTrack;
    tile.setName(participant.userId || "Guest");
    tile.setVideo(camera);
    tile.showVideo(Boolean(camera) && participant.videoEnabled && !camera.muted);
    tile.setAudioOff(!participant.audioEnabled || !tracks.some(({ source }) => source === "microphone"));
  }

  #updateLocal() {
    const tile = this.#tiles.get("local");
    if (!tile) return;
    const camera = this.#room.publication("camera");
    const microphone = this.#room.publication("microphone");
    tile.setName(`${this.#room.localParticipant.userId || "You"} (you)`);
    tile.setVideo(camera?.track);
    tile.showVideo(Boolean(camera) && !camera.muted);
    tile.setAudioOff(!microphone || microphone.muted);
    const screens = this.#room.publications.filter(({ source }) => source === "screen");
    for (const id of [...this.#tiles.keys()]) {
      if (id.startsWith("own-screen-") && !screens.some(({ track }) => id === `own-screen-${track.id}`)) this.#removeScreen(id);
    }
    for (const { track } of screens) {
      if (!this.#tiles.has(`own-screen-${track.id}`)) this.#addScreen(`own-screen-${track.id}`, track, "Your screen");
    }
  }

  #arrange() {
    const sharing = byId("screens").childElementCount > 0;
    byId("screens").hidden = !sharing;
    byId("stage").classList.toggle("sharing", sharing);
    const others = this.#room.participants.size;
    byId("people").textContent = others === 0 ? "only you" : `${others + 1} people`;
    if (others === 0 && !sharing && this.#tiles.size > 0) byId("tiles").append(this.#alone);
    else this.#alone.remove();
  }

  #eachPerson(work) {
    for (const participant of [this.#room.localParticipant, ...this.#room.participants.values()]) {
      const tile = this.#tiles.get(this.#key(participant));
      if (tile) work(participant, tile);
    }
  }
}
