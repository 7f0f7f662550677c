/// What a connection tells its owner.
public enum Event: Sendable {
    /// The handshake is complete and the peer's certificate is the one that signaling announced.
    case connected(ConnectionSummary)
    /// A datagram's worth of application data.
    case applicationData([UInt8])
    /// The peer, or we, closed the connection in order.
    case closed
    /// The connection is dead; nothing more comes of it but a last alert in ``Connection/nextTransmit(into:)``.
    case failed(DTLSError)
    /// A line for a key log file in the format that packet analysers read. Only with ``Configuration/logsKeys``.
    case keyLog(String)
}

/// What a handshake settled.
public struct ConnectionSummary: Sendable {
    public var version: ProtocolVersion
    public var cipherSuite: CipherSuite
    public var group: NamedGroup
    /// Present where use_srtp was negotiated.
    public var srtpKeyingMaterial: SRTPKeyingMaterial?
    /// What ALPN settled, if both sides spoke of it.
    public var applicationProtocol: String?
    /// The peer's certificate in DER, if it presented one.
    public var peerCertificate: [UInt8]?
}
