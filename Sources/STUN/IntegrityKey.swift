internal import Crypto
internal import FoundationEssentials
internal import Wire

/// A key for MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256, with the HMAC's two key blocks already hashed.
///
/// Preparing the state once saves two of the hash's blocks and most allocations per message: two are left, for the copies
/// of the hash contexts. An algorithm that was not prepared works too, at the full price.
public struct IntegrityKey: Sendable {
    private let bytes: [UInt8]
    private let prepared: PreparedState

    private enum PreparedState: Sendable {
        case sha1(HMAC<Insecure.SHA1>)
        case sha256(HMAC<SHA256>)
    }

    /// - Parameters:
    ///   - bytes: the key itself; its length is not limited.
    ///   - algorithm: the one that will be used.
    public init(_ bytes: RawSpan, preparedFor algorithm: IntegrityAlgorithm) {
        let array = bytes.array()
        self.bytes = array
        switch algorithm {
        case .sha1: self.prepared = .sha1(HMAC(key: SymmetricKey(data: array)))
        case .sha256: self.prepared = .sha256(HMAC(key: SymmetricKey(data: array)))
        }
    }

    /// The algorithm whose state is ready.
    public var preparedAlgorithm: IntegrityAlgorithm {
        switch prepared {
        case .sha1: .sha1
        case .sha256: .sha256
        }
    }

    /// The HMAC of two ranges that follow each other; the first one may be empty.
    func authenticate(_ head: RawSpan, _ tail: RawSpan, _ algorithm: IntegrityAlgorithm) -> AuthenticationCode {
        switch (algorithm, prepared) {
        case (.sha1, .sha1(let state)):
            Self.authenticate(head, tail, state)
        case (.sha256, .sha256(let state)):
            Self.authenticate(head, tail, state)
        case (.sha1, _):
            Self.authenticate(head, tail, HMAC<Insecure.SHA1>(key: SymmetricKey(data: bytes)))
        case (.sha256, _):
            Self.authenticate(head, tail, HMAC<SHA256>(key: SymmetricKey(data: bytes)))
        }
    }

    func authenticate(_ message: RawSpan, _ algorithm: IntegrityAlgorithm) -> AuthenticationCode {
        authenticate(message.extracting(0..<0), message, algorithm)
    }

    private static func authenticate<Hash: HashFunction>(
        _ head: RawSpan,
        _ tail: RawSpan,
        _ state: HMAC<Hash>
    ) -> AuthenticationCode {
        var state = state
        unsafe head.withUnsafeBytes { unsafe state.update(data: $0) }
        unsafe tail.withUnsafeBytes { unsafe state.update(data: $0) }
        return unsafe state.finalize().withUnsafeBytes { unsafe AuthenticationCode($0) }
    }
}

/// The result of an HMAC: up to 32 bytes, without an allocation.
struct AuthenticationCode {
    private var storage = InlineArray<32, UInt8>(repeating: 0)
    private let count: Int

    fileprivate init(_ code: UnsafeRawBufferPointer) {
        self.count = min(code.count, 32)
        for index in 0..<count { storage[index] = unsafe code[index] }
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe storage.span.bytes.extracting(0..<count) }
    }
}
