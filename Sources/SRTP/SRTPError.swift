public import RTP

/// Why a packet was not protected or unprotected, or a context not made.
///
/// The cases carry integers only, so throwing one allocates nothing.
public enum SRTPError: Error, Equatable, Sendable {
    /// The packet is shorter than its header, or than header, tag and index together.
    case truncated(needed: Int, available: Int)
    /// The RTP or RTCP version is not 2.
    case version(UInt8)
    /// The slot has no room for the tag behind the packet.
    case noCapacity(needed: Int, available: Int)
    /// The tag does not match: another key, or somebody changed the packet.
    case authenticationFailed
    /// A packet with this index was there before.
    case replayed
    /// The index lies before the replay window.
    case tooOld
    /// Nobody added this SSRC, and unknown ones are not admitted.
    case unknownStream(SSRC)
    /// The SSRC was added before.
    case streamExists(SSRC)
    /// There is no room for one more SSRC.
    case tooManyStreams(limit: Int)
    /// The indices of this SSRC are used up under this key (RFC 3711 section 9.2).
    case keyExhausted
    /// An SRTCP packet without the E bit: not encrypted, though the profile encrypts.
    case unencrypted
    /// The key or the salt has not the length the profile asks for.
    case keyLength(expected: Int, actual: Int)
    /// This back end does not know the profile.
    case unsupportedProfile(UInt16)
    /// The cryptographic library could not allocate or start.
    case outOfMemory
    /// The library failed for a reason of its own; the status is the library's number, -1 for OpenSSL.
    case backEnd(status: Int32)
}
