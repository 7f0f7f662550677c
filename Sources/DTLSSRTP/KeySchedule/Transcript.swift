import Wire

/// The handshake messages that both sides must have seen alike.
///
/// The bytes are kept, not a running hash: a 1.2 CertificateVerify may hash them with another algorithm than the suite, and
/// a client does not know the version before the ServerHello. What is kept for one peer is bounded by the reassembly.
struct Transcript: Sendable {
    private(set) var bytes: [UInt8] = []

    /// Adds a message as 1.2 sees it: as if it had been sent in one fragment (RFC 6347 section 4.2.6).
    mutating func append12(type: HandshakeType, sequence: UInt16, body: [UInt8]) {
        bytes.append(type.rawValue)
        bytes.append(bigEndian24: UInt32(body.count))
        bytes.append(bigEndian: sequence)
        bytes.append(bigEndian24: 0)
        bytes.append(bigEndian24: UInt32(body.count))
        bytes += body
    }

    /// Adds a message as 1.3 sees it: without sequence number and fragment fields (RFC 9147 section 5.2).
    mutating func append13(type: HandshakeType, body: [UInt8]) {
        bytes.append(type.rawValue)
        bytes.append(bigEndian24: UInt32(body.count))
        bytes += body
    }

    /// Begins with the digest of a ClientHello that was answered with a HelloRetryRequest (RFC 8446 section 4.4.1).
    mutating func restart(withClientHelloHash hash: [UInt8]) {
        bytes = []
        append13(type: .messageHash, body: hash)
    }

    func hash(_ algorithm: HashAlgorithm) -> [UInt8] {
        algorithm.digest(bytes)
    }

    mutating func removeAll() {
        bytes = []
    }
}
