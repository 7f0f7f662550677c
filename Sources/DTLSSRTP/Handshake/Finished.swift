import Wire

/// The proof that both sides saw the same handshake (RFC 5246 section 7.4.9, RFC 8446 section 4.4.4).
struct Finished: Sendable {
    var verifyData: [UInt8]

    func encoded() -> [UInt8] { verifyData }

    static func verify(_ body: [UInt8], expected: [UInt8]) throws(DTLSError) {
        guard body.rawSpan.isEqualInConstantTime(to: expected.rawSpan) else { throw .badFinished }
    }
}
