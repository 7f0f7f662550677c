public import STUN
public import Wire

/// What a ``TURNClient`` is told.
public struct TURNClientConfiguration: Sendable {
    /// How the client proves who it is.
    public enum CredentialStyle: Sendable {
        /// RFC 8489: the algorithms that the server offers, MESSAGE-INTEGRITY-SHA256 and USERHASH where it can.
        case rfc8489
        /// RFC 5389, as browsers do it: MD5 and MESSAGE-INTEGRITY, whatever is offered.
        case rfc5389
    }

    /// After OpaqueString.
    public let username: String
    /// After OpaqueString.
    public let password: String
    public var credentialStyle = CredentialStyle.rfc8489
    /// How messages travel to the server. Over UDP and DTLS they are retransmitted.
    public var transport = TransportProtocol.udp
    /// The family of the relayed transport address; IPv4 when nil (RFC 8656 section 7.2).
    public var addressFamily: IPAddress.Family?
    /// The lifetime to ask for, in seconds; the server's default when nil.
    public var lifetimeSeconds: UInt32?
    /// The first retransmission time-out (RFC 8489 section 6.2.1).
    public var retransmissionTimeout = TimeInterval.milliseconds(500)

    /// - Throws: ``STUNError`` when the user name or the password cannot be prepared.
    public init(username: String, password: String) throws(STUNError) {
        self.username = try OpaqueString.enforce(username)
        self.password = try OpaqueString.enforce(password)
    }
}
