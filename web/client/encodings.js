/**
 * Simulcast layers from small to large, as fractions of the source: the server forwards the one that fits each receiver. The
 * order matters, since browsers give up the later ones first when bandwidth is short.
 */
const layers = [
  { rid: "q", scaleResolutionDownBy: 4, share: 0.1 },
  { rid: "h", scaleResolutionDownBy: 2, share: 0.3 },
  { rid: "f", scaleResolutionDownBy: 1, share: 1 },
];

/** Bits per second when the caller names none. */
const defaultBitrates = { camera: 1_700_000, screen: 2_500_000 };

/**
 * The `sendEncodings` of a track.
 * @param {string} kind `audio` or `video`
 * @param {import("../martlet.js").PublishOptions} options
 * @returns {RTCRtpEncodingParameters[]}
 */
export function sendEncodings(kind, options) {
  if (kind === "audio") return [{ ...(options.maxBitrate && { maxBitrate: options.maxBitrate }) }];
  const maxBitrate = options.maxBitrate ?? (options.source === "screen" ? defaultBitrates.screen : defaultBitrates.camera);
  const limits = options.maxFramerate ? { maxFramerate: options.maxFramerate } : {};
  if (!options.simulcast) return [{ maxBitrate, ...limits }];
  return layers.map(({ rid, scaleResolutionDownBy, share }) => ({
    rid,
    scaleResolutionDownBy,
    maxBitrate: Math.round(maxBitrate * share),
    ...limits,
  }));
}

/**
 * A server that answers without simulcast leaves a sender with its first layer, the smallest. This gives the one that is
 * left the whole picture and the whole bitrate.
 * @param {RTCRtpSender} sender
 * @param {RTCRtpEncodingParameters[]} wanted what the transceiver was made with
 */
export async function repairRefusedSimulcast(sender, wanted) {
  if (wanted.length < 2) return;
  const parameters = sender.getParameters();
  const [only, ...others] = parameters.encodings;
  if (!only || others.length > 0 || (only.scaleResolutionDownBy ?? 1) === 1) return;
  only.scaleResolutionDownBy = 1;
  only.maxBitrate = wanted.at(-1).maxBitrate;
  await sender.setParameters(parameters);
}

/**
 * Puts one codec in front of the others; browsers that cannot say what they can do keep their own order.
 * @param {RTCRtpTransceiver} transceiver
 * @param {string} kind
 * @param {string | undefined} codec such as `VP8`, `VP9`, `H264`, `AV1` or `opus`
 */
export function preferCodec(transceiver, kind, codec) {
  const all = codec && RTCRtpSender.getCapabilities?.(kind)?.codecs;
  if (!all || !transceiver.setCodecPreferences) return;
  const isWanted = ({ mimeType }) => mimeType.toLowerCase() === `${kind}/${codec.toLowerCase()}`;
  if (!all.some(isWanted)) return;
  transceiver.setCodecPreferences([...all.filter(isWanted), ...all.filter((each) => !isWanted(each))]);
}
