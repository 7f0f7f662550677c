internal import SDP

/// Payload types and extension ids of a connection: one meaning each in all sections of a bundle (RFC 9143 section 9.1), so
/// what the client has chosen once is used in our offers too.
struct NumberTables: Equatable, Sendable {
    private var payloadTypes: [Codec: UInt8] = [:]
    private var rtxPayloadTypes: [Codec: UInt8] = [:]
    private var taken: Set<UInt8> = []
    private var extensionIDs: [HeaderExtension: UInt8] = [:]
    private var takenIDs: Set<UInt8> = []

    /// Notes what a section of the client uses, accepted or not.
    mutating func learn(_ section: MediaDescription, _ codecs: [CodecPlan], _ extensions: [ExtensionPlan]) {
        guard section.kind == .audio || section.kind == .video else { return }
        taken.formUnion(section.payloadTypes)
        for plan in codecs {
            payloadTypes[plan.codec] = plan.payloadType
            rtxPayloadTypes[plan.codec] = plan.rtxPayloadType ?? rtxPayloadTypes[plan.codec]
        }
        for map in section.extensionMaps {
            if let id = UInt8(exactly: map.id) { takenIDs.insert(id) }
        }
        for plan in extensions { extensionIDs[plan.kind] = plan.id }
    }

    /// The payload type of a codec in our offers; nil when none is left.
    mutating func payloadType(_ codec: Codec) -> UInt8? {
        if let known = payloadTypes[codec] { return known }
        payloadTypes[codec] = choose(preferred: codec.kind.preferredPayloadType)
        return payloadTypes[codec]
    }

    mutating func rtxPayloadType(_ codec: Codec) -> UInt8? {
        guard !codec.kind.isAudio else { return nil }
        if let known = rtxPayloadTypes[codec] { return known }
        rtxPayloadTypes[codec] = choose(preferred: 97)
        return rtxPayloadTypes[codec]
    }

    /// The dynamic range first, then what RFC 5761 section 4 leaves besides.
    private mutating func choose(preferred: UInt8) -> UInt8? {
        let candidates = [preferred] + Array(96...127) + Array(35...63)
        guard let free = candidates.first(where: { !taken.contains($0) }) else { return nil }
        taken.insert(free)
        return free
    }

    /// The id of an extension in our offers; 15 has no meaning in the one-byte form and is left out.
    mutating func id(_ kind: HeaderExtension) -> UInt8? {
        if let known = extensionIDs[kind] { return known }
        guard let free = (UInt8(1)...14).first(where: { !takenIDs.contains($0) }) else { return nil }
        takenIDs.insert(free)
        extensionIDs[kind] = free
        return free
    }
}

extension Codec.Kind {
    /// What Chromium uses, so that captures look familiar.
    fileprivate var preferredPayloadType: UInt8 {
        switch self {
        case .opus: 111
        case .red: 63
        case .vp8: 96
        case .vp9: 98
        case .h264: 102
        case .av1: 45
        }
    }
}
