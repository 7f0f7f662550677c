/** How often levels are read, in milliseconds: three times in a syllable or so. */
const interval = 150;
/** Speech is above this, breathing and fans are below (linear, 1 is full scale). */
const threshold = 0.02;
/** A speaker stays one for so long after the last loud sample, in milliseconds, so that pauses between words do not flicker. */
const hold = 900;

/** Measures one local track without being heard. */
class LocalMeter {
  #context;
  #source;
  #analyser;
  #samples;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    this.track = track;
    this.#context = new AudioContext();
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 512;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#source.connect(this.#analyser);
  }

  /** Root mean square of the last 10 ms or so, 0 to 1. */
  read() {
    if (this.#context.state === "suspended") this.#context.resume().catch(() => {});
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return Math.sqrt(sum / this.#samples.length);
  }

  close() {
    this.#source.disconnect();
    this.#context.close().catch(() => {});
  }
}

/**
 * Reads the level of a microphone again and again, for a lobby or a settings page.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} onlevel 0 to 1, linear
 * @returns {() => void} ends it
 */
export function meterTrack(track, onlevel) {
  const meter = new LocalMeter(track);
  const timer = setInterval(() => onlevel(meter.read()), 66);
  return () => {
    clearInterval(timer);
    meter.close();
  };
}

/**
 * Finds out who speaks, from levels that the browser knows already: those of received packets, and an analyser for the own
 * microphone.
 */
export class SpeakerDetector {
  #participants;
  #localTrack;
  #onchange;
  #timer;
  #meter;
  #lastLoud = new Map();
  #energy = new WeakMap();
  #order = [];
  #measuring = false;
  #closed = false;

  /**
   * @param {() => Iterable<import("./participant.js").Participant>} participants
   * @param {() => MediaStreamTrack | undefined} localTrack the own microphone while it is not muted
   * @param {(speakers: import("./participant.js").Participant[]) => void} onchange loudest first
   */
  constructor(participants, localTrack, onchange) {
    this.#participants = participants;
    this.#localTrack = localTrack;
    this.#onchange = onchange;
    this.#timer = setInterval(() => this.#measure(), interval);
  }

  close() {
    clearInterval(this.#timer);
    this.#closed = true;
    this.#meter?.close();
    this.#meter = undefined;
  }

  async #measure() {
    if (this.#measuring) return;
    this.#measuring = true;
    try {
      await this.#readAll();
    } finally {
      this.#measuring = false;
    }
  }

  async #readAll() {
    const now = performance.now();
    const speakers = [];
    for (const participant of [...this.#participants()]) {
      const level = participant.isLocal ? this.#localLevel() : await this.#remoteLevel(participant);
      // Rises at once, falls slowly.
      participant.audioLevel = Math.max(level, participant.audioLevel * 0.7);
      if (this.#closed) return;
      if (level > threshold) this.#lastLoud.set(participant.peerId, now);
      participant.speaking = now - (this.#lastLoud.get(participant.peerId) ?? -Infinity) < hold;
      if (participant.speaking) speakers.push(participant);
    }
    speakers.sort((a, b) => b.audioLevel - a.audioLevel);
    const sameSet = speakers.length === this.#order.length && speakers.every((each) => this.#order.includes(each));
    if (!sameSet) {
      this.#order = speakers;
      this.#onchange(speakers);
    }
  }

  #localLevel() {
    const track = this.#localTrack();
    if (track !== this.#meter?.track) {
      this.#meter?.close();
      this.#meter = track && globalThis.AudioContext ? new LocalMeter(track) : undefined;
    }
    return this.#meter?.read() ?? 0;
  }

  async #remoteLevel(participant) {
    let loudest = 0;
    if (!participant.audioEnabled) return loudest;
    for (const { kind, receiver } of participant.tracks.values()) {
      if (kind === "audio") loudest = Math.max(loudest, await this.#receiverLevel(receiver));
    }
    return loudest;
  }

  async #receiverLevel(receiver) {
    const source = receiver.getSynchronizationSources?.()[0];
    if (source && performance.timeOrigin + performance.now() - source.timestamp > 1000) return 0;
    if (typeof source?.audioLevel === "number") return source.audioLevel;
    // Firefox knows no level of a source, but the energy since the beginning.
    for (const report of (await receiver.getStats()).values()) {
      if (report.type !== "inbound-rtp" || report.totalAudioEnergy === undefined) continue;
      const before = this.#energy.get(receiver) ?? report;
      this.#energy.set(receiver, report);
      const seconds = report.totalSamplesDuration - before.totalSamplesDuration;
      return seconds > 0 ? Math.sqrt((report.totalAudioEnergy - before.totalAudioEnergy) / seconds) : 0;
    }
    return 0;
  }
}
