import RTP

/// One of the two back ends. Both protect and unprotect in place; a direction is given when they are made, and the calls of
/// the other one are not made.
enum Transform: ~Copyable {
    case openSSL(OpenSSLTransform)
    case libSRTP(LibSRTPTransform)

    enum Direction {
        case sending
        case receiving
    }

    static func make(
        _ backEnd: SRTPBackEnd,
        _ profile: ProtectionProfile,
        _ master: MasterKey,
        _ direction: Direction
    ) throws(SRTPError) -> Transform {
        try master.check(profile)
        guard backEnd.supports(profile) else { throw .unsupportedProfile(profile.rawValue) }
        return switch backEnd {
        case .openSSL:
            .openSSL(
                try OpenSSLTransform(
                    profile: profile,
                    master: master,
                    direction: direction == .sending ? .seal : .open
                )
            )
        case .libSRTP:
            .libSRTP(
                try LibSRTPTransform(
                    profile: profile,
                    master: master,
                    direction: direction == .sending ? .outbound : .inbound
                )
            )
        }
    }

    func addStream(_ ssrc: SSRC) throws(SRTPError) {
        switch self {
        case .openSSL: return
        case .libSRTP(let transform): try transform.addStream(ssrc)
        }
    }

    func removeStream(_ ssrc: SSRC) {
        switch self {
        case .openSSL: return
        case .libSRTP(let transform): transform.removeStream(ssrc)
        }
    }

    func protectRTP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ header: RTPHeader,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        switch self {
        case .openSSL(let transform): try transform.protectRTP(&slot, packet, header, &state)
        case .libSRTP(let transform): try transform.protectRTP(&slot, packet, header, &state)
        }
    }

    func unprotectRTP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ header: RTPHeader,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        switch self {
        case .openSSL(let transform): try transform.unprotectRTP(&slot, packet, header, &state)
        case .libSRTP(let transform): try transform.unprotectRTP(&slot, packet, header, &state)
        }
    }

    func protectRTCP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ ssrc: SSRC,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        switch self {
        case .openSSL(let transform): try transform.protectRTCP(&slot, packet, ssrc, &state)
        case .libSRTP(let transform): try transform.protectRTCP(&slot, packet, ssrc)
        }
    }

    func unprotectRTCP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ ssrc: SSRC,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        switch self {
        case .openSSL(let transform): try transform.unprotectRTCP(&slot, packet, ssrc, &state)
        case .libSRTP(let transform): try transform.unprotectRTCP(&slot, packet, ssrc)
        }
    }
}
