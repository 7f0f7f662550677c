/// What ended a connection, or what was wrong with a message of the handshake.
///
/// Records that are merely bad never become an error: they are dropped and counted (RFC 6347 section 4.1.2.7).
public enum DTLSError: Error, Hashable, Sendable {
    /// A field of a handshake message ends before its length says so, or bytes follow where none may.
    case malformedMessage(type: UInt8)
    /// A message came in a state or epoch where it may not.
    case unexpectedMessage(type: UInt8)
    /// A message is longer than what is kept for one peer.
    case messageTooLarge(type: UInt8, length: Int)
    /// The peer speaks no version that is enabled here.
    case unsupportedVersion(legacyVersion: UInt16)
    case noCommonCipherSuite
    case noCommonGroup
    case noCommonSignatureScheme
    case noCommonSRTPProfile
    case noCommonApplicationProtocol
    /// The peer does not offer or answer use_srtp, which media needs.
    case missingSRTPExtension
    /// The peer of a 1.2 handshake does not do RFC 7627.
    case missingExtendedMasterSecret
    case missingExtension(type: UInt16)
    /// The peer answered with an extension that was not offered.
    case unofferedExtension(type: UInt16)
    /// The peer chose a value that was not offered, or one that contradicts another.
    case illegalParameter(type: UInt16)
    /// A version 1.2 ServerHello carries the mark of a server that could have spoken 1.3 (RFC 8446 section 4.1.3).
    case downgrade
    /// The peer's key share is not a point or key of its group.
    case badKeyShare(group: UInt16)
    case missingCertificate
    /// The certificate is not DER of a certificate whose key can be used.
    case badCertificate
    /// The certificate is not the one that signaling announced.
    case fingerprintMismatch
    case badSignature(scheme: UInt16)
    /// The peer's Finished does not match the handshake that was seen here.
    case badFinished
    /// The peer sent a fatal alert under the protection of the connection.
    case peerAlert(UInt8)
    /// The handshake took longer than allowed. The alert, if any, came unprotected and may be anybody's.
    case handshakeTimedOut(unprotectedAlert: UInt8?)
    /// More records failed authentication than the cipher suite can bear (RFC 9147 section 4.5.3).
    case tooManyForgeries
    /// A key's records or epochs are used up.
    case recordNumbersExhausted
    /// Nothing can be sent before the handshake is complete, or after the connection has ended.
    case notConnected
    /// More datagrams wait for ``Connection/nextTransmit(into:)`` than are kept.
    case transmitQueueFull(limit: Int)
    /// Application data is longer than a datagram of the configured size can carry.
    case applicationDataTooLarge(limit: Int)
    /// A cryptographic operation on our own key failed.
    case localKeyFailure

    /// The alert that tells the peer, or nil where the peer cannot or need not be told.
    var alert: AlertDescription? {
        switch self {
        case .malformedMessage: .decodeError
        case .unexpectedMessage: .unexpectedMessage
        case .messageTooLarge, .illegalParameter, .downgrade, .badKeyShare: .illegalParameter
        case .unsupportedVersion: .protocolVersion
        case .noCommonCipherSuite, .noCommonGroup, .noCommonSignatureScheme, .noCommonSRTPProfile,
            .missingSRTPExtension, .missingExtendedMasterSecret:
            .handshakeFailure
        case .noCommonApplicationProtocol: .noApplicationProtocol
        case .missingExtension: .missingExtension
        case .unofferedExtension: .unsupportedExtension
        case .missingCertificate: .certificateRequired
        case .badCertificate, .fingerprintMismatch: .badCertificate
        case .badSignature, .badFinished: .decryptError
        case .localKeyFailure, .recordNumbersExhausted: .internalError
        case .peerAlert, .handshakeTimedOut, .tooManyForgeries, .notConnected, .transmitQueueFull,
            .applicationDataTooLarge:
            nil
        }
    }
}
