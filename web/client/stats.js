/**
 * The quality of a conversation from 1 (unusable) to 4.5 (as good as it gets): the E-model of ITU-T G.107 in the short form that
 * monitoring tools use, with loss, delay and jitter.
 * @param {{lossRatio?: number, roundTripMs?: number, jitterMs?: number}} measured
 * @returns {number}
 */
export function meanOpinionScore({ lossRatio = 0, roundTripMs = 0, jitterMs = 0 }) {
  const delay = roundTripMs / 2 + jitterMs * 2 + 10;
  const rating = (delay < 160 ? 93.2 - delay / 40 : 93.2 - (delay - 120) / 10) - lossRatio * 250;
  const r = Math.min(100, Math.max(0, rating));
  return Math.max(1, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r));
}

/**
 * @param {number} score
 * @returns {import("../martlet.js").QualityLevel}
 */
function levelOf(score) {
  if (score >= 4) return "excellent";
  if (score >= 3.4) return "good";
  return score >= 2.5 ? "poor" : "bad";
}

/** `tlsVersion` of the transport's statistics, in words. */
const dtlsVersions = { __proto__: null, FEFF: "1.0", FEFD: "1.2", FEFC: "1.3" };

/**
 * A digest of `getStats`: one entry per track and direction, with rates since the reading before.
 */
export class StatsDigest {
  #previous = new Map();

  /**
   * @param {RTCStatsReport} report
   * @returns {import("../martlet.js").ConnectionStats}
   */
  read(report) {
    const reports = [...report.values()];
    const digest = { timestamp: Date.now(), transport: this.#transport(report, reports), tracks: [] };
    for (const each of reports) {
      if (each.type === "inbound-rtp") digest.tracks.push(this.#inbound(report, each, digest.transport));
      if (each.type === "outbound-rtp") digest.tracks.push(this.#outbound(report, each, reports));
    }
    this.#previous = new Map(reports.map((each) => [each.id, each]));
    return digest;
  }

  /** @returns {number | undefined} per second */
  #rate(current, ...fields) {
    const before = this.#previous.get(current.id);
    const seconds = before ? (current.timestamp - before.timestamp) / 1000 : 0;
    if (!(seconds > 0)) return undefined;
    const total = (each) => fields.reduce((sum, field) => sum + (each[field] ?? 0), 0);
    return Math.max(0, (total(current) - total(before)) / seconds);
  }

  #transport(report, reports) {
    const transport = reports.find((each) => each.type === "transport");
    const pair =
      report.get(transport?.selectedCandidatePairId) ??
      reports.find((each) => each.type === "candidate-pair" && (each.selected || (each.nominated && each.state === "succeeded")));
    const local = report.get(pair?.localCandidateId);
    return {
      roundTripMs: pair?.currentRoundTripTime === undefined ? undefined : pair.currentRoundTripTime * 1000,
      availableOutgoingBitrate: pair?.availableOutgoingBitrate,
      candidateType: local?.candidateType,
      relayProtocol: local?.relayProtocol,
      dtlsVersion: dtlsVersions[transport?.tlsVersion],
      srtpCipher: transport?.srtpCipher,
    };
  }

  #inbound(report, current, transport) {
    const received = this.#rate(current, "packetsReceived");
    const lost = this.#rate(current, "packetsLost");
    const entry = {
      ...common(report, current, "in"),
      bitrate: scaled(this.#rate(current, "bytesReceived", "headerBytesReceived"), 8),
      packetRate: received,
      lossRatio: received === undefined ? undefined : ratio(lost, received + lost),
      jitterMs: scaled(current.jitter, 1000),
      roundTripMs: transport.roundTripMs,
      framesDropped: current.framesDropped,
      freezes: current.freezeCount,
    };
    // Nothing arriving is no bad quality: a muted track sends nothing.
    entry.score = received ? meanOpinionScore(entry) : undefined;
    return entry;
  }

  #outbound(report, current, reports) {
    const remote = report.get(current.remoteId) ?? reports.find((each) => each.type === "remote-inbound-rtp" && each.localId === current.id);
    const entry = {
      ...common(report, current, "out"),
      rid: current.rid,
      bitrate: scaled(this.#rate(current, "bytesSent", "headerBytesSent"), 8),
      packetRate: this.#rate(current, "packetsSent"),
      lossRatio: remote?.fractionLost,
      jitterMs: scaled(remote?.jitter, 1000),
      roundTripMs: scaled(remote?.roundTripTime, 1000),
      limitedBy: current.qualityLimitationReason === "none" ? undefined : current.qualityLimitationReason,
    };
    entry.score = remote && entry.packetRate ? meanOpinionScore(entry) : undefined;
    return entry;
  }
}

function common(report, current, direction) {
  const codec = report.get(current.codecId);
  return {
    direction,
    kind: current.kind ?? current.mediaType,
    mid: current.mid,
    trackIdentifier: current.trackIdentifier ?? report.get(current.mediaSourceId)?.trackIdentifier,
    codec: codec?.mimeType?.split("/")[1],
    width: current.frameWidth,
    height: current.frameHeight,
    framesPerSecond: current.framesPerSecond,
    audioLevel: current.audioLevel ?? report.get(current.mediaSourceId)?.audioLevel,
  };
}

const scaled = (value, factor) => (value === undefined ? undefined : value * factor);
const ratio = (part, whole) => (whole > 0 ? part / whole : 0);

/**
 * Folds the entries of one participant into one judgement: the worst track counts.
 * @param {import("../martlet.js").TrackStats[]} entries
 * @returns {import("../martlet.js").Quality | undefined} undefined while nothing was measured
 */
export function quality(entries) {
  const scores = entries.map(({ score }) => score).filter((score) => score !== undefined);
  if (scores.length === 0) return undefined;
  const score = Math.min(...scores);
  return { score: Math.round(score * 100) / 100, level: levelOf(score) };
}
