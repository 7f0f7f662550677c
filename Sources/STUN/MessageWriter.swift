public import Wire

/// Writes one message into memory of its caller: header, attributes in the order of the calls, then integrity and
/// fingerprint.
///
/// ```swift
/// var writer = try MessageWriter(memory, .request, .binding, transactionID: id)
/// try writer.write(.username, text: "evtj:h6vY")
/// try writer.write(Priority(0x6E0001FF))
/// try writer.writeIntegrity(.sha1, key: key)
/// let count = try writer.finish(fingerprint: true)
/// ```
///
/// Padding is always zero, so nothing that the memory held before leaves with the message. Every method throws
/// ``STUNError/noCapacity(needed:available:)`` when the memory ends.
public struct MessageWriter: ~Copyable, ~Escapable {
    @usableFromInline
    var writer: ByteWriter
    public let transactionID: TransactionID
    /// An integrity attribute has been written, after which only another one and FINGERPRINT may come.
    @usableFromInline
    var isSealed = false

    /// Writes the header.
    @inlinable
    @_lifetime(copy bytes)
    public init(
        _ bytes: consuming MutableRawSpan,
        _ messageClass: MessageClass,
        _ method: Method,
        transactionID: TransactionID
    ) throws(STUNError) {
        self.writer = ByteWriter(bytes)
        self.transactionID = transactionID
        do throws(WireError) {
            try writer.write(MessageType(messageClass, method).rawValue)
            try writer.write(UInt16(0))
            try writer.write(STUNHeader.magicCookie)
            try writer.write(transactionID.high)
            try writer.write(transactionID.low)
        } catch { throw STUNError(error) }
    }

    /// The number of bytes written so far.
    @inlinable
    public var count: Int { writer.count }

    /// Writes an attribute's header after checking that header, value and padding fit.
    @inlinable
    @_lifetime(self: copy self)
    mutating func beginAttribute(_ type: AttributeType, length: Int) throws(STUNError) {
        precondition(!isSealed, "no attribute follows the integrity of a message")
        try beginTrailer(type, length: length)
    }

    @inlinable
    @_lifetime(self: copy self)
    mutating func beginTrailer(_ type: AttributeType, length: Int) throws(STUNError) {
        let needed = 4 + (length + 3) & ~3
        // A length field of 16 bits that is a multiple of four.
        let available = min(writer.capacity, STUNHeader.byteCount + 0xFFFC) - writer.count
        guard needed <= available else { throw .noCapacity(needed: needed, available: available) }
        do throws(WireError) {
            try writer.write(type.rawValue)
            try writer.write(UInt16(truncatingIfNeeded: length))
        } catch { throw STUNError(error) }
    }

    /// Writes an attribute with a value of its own type.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func write<Value: Attribute>(_ attribute: Value) throws(STUNError) {
        let length = attribute.byteCount
        try beginAttribute(Value.type, length: length)
        let end = writer.count + length
        do throws(WireError) {
            try attribute.encode(to: &writer, transactionID: transactionID)
            precondition(writer.count == end, "an attribute writes as many bytes as it has")
            try writer.writeZeros(-length & 3)
        } catch { throw STUNError(error) }
    }

    /// Writes an attribute whose value is bytes.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func write(_ type: AttributeType, _ value: RawSpan) throws(STUNError) {
        try beginAttribute(type, length: value.byteCount)
        do throws(WireError) {
            try writer.write(value)
            try writer.writeZeros(-value.byteCount & 3)
        } catch { throw STUNError(error) }
    }

    /// Writes an attribute whose value is text. The caller keeps to the limits of RFC 8489: less than 509 bytes for
    /// USERNAME, less than 128 characters for REALM, NONCE and SOFTWARE.
    @_lifetime(self: copy self)
    public mutating func write(_ type: AttributeType, text: String) throws(STUNError) {
        try unsafe write(type, text.utf8.span.bytes)
    }

    /// Writes an attribute without a value: DONT-FRAGMENT, USE-CANDIDATE.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func write(flag type: AttributeType) throws(STUNError) {
        try beginAttribute(type, length: 0)
    }

    /// Writes MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 over everything so far (RFC 8489 sections 14.5 and 14.6).
    ///
    /// A request may carry both, MESSAGE-INTEGRITY first.
    @_lifetime(self: copy self)
    public mutating func writeIntegrity(
        _ algorithm: IntegrityAlgorithm,
        key: borrowing IntegrityKey
    ) throws(STUNError) {
        let covered = writer.count
        try beginTrailer(algorithm.attributeType, length: algorithm.byteCount)
        isSealed = true
        // The HMAC sees the length that the message has with this attribute at its end.
        patchLength(covered + 4 + algorithm.byteCount)
        let code = key.authenticate(writer.written.extracting(0..<covered), algorithm)
        do throws(WireError) {
            try writer.write(code.bytes)
        } catch { throw STUNError(error) }
    }

    /// Writes FINGERPRINT if wanted (RFC 8489 section 14.7) and the length field.
    ///
    /// - Returns: the number of bytes of the message.
    @_lifetime(self: copy self)
    public mutating func finish(fingerprint: Bool = false) throws(STUNError) -> Int {
        if fingerprint {
            let covered = writer.count
            try beginTrailer(.fingerprint, length: 4)
            isSealed = true
            patchLength(covered + 8)
            let value = Fingerprint.value(of: writer.written.extracting(0..<covered))
            do throws(WireError) {
                try writer.write(value)
            } catch { throw STUNError(error) }
        } else {
            patchLength(writer.count)
        }
        return writer.count
    }

    /// Writes one integrity attribute, FINGERPRINT if wanted, and the length field.
    ///
    /// - Returns: the number of bytes of the message.
    @_lifetime(self: copy self)
    public mutating func finish(
        integrity algorithm: IntegrityAlgorithm,
        key: borrowing IntegrityKey,
        fingerprint: Bool = false
    ) throws(STUNError) -> Int {
        try writeIntegrity(algorithm, key: key)
        return try finish(fingerprint: fingerprint)
    }

    @_lifetime(self: copy self)
    private mutating func patchLength(_ messageLength: Int) {
        writer.patch(UInt16(truncatingIfNeeded: messageLength - STUNHeader.byteCount), at: 2)
    }
}

extension STUNError {
    @inlinable
    init(_ error: WireError) {
        switch error {
        case .truncated(let needed, let available): self = .truncated(needed: needed, available: available)
        case .noCapacity(let needed, let available): self = .noCapacity(needed: needed, available: available)
        }
    }
}
