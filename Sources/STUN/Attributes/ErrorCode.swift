public import Wire

/// ERROR-CODE: why a request failed (RFC 8489 section 14.8).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           Reserved, should be 0         |Class|     Number    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |      Reason Phrase (variable)                                ..
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// The value itself carries no reason; ``MessageWriter/write(_:reason:)`` writes one and ``MessageView/errorReason``
/// finds it.
public struct ErrorCode: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .errorCode }

    /// 300...699.
    public let code: UInt16

    /// - Returns: nil outside 300...699.
    @inlinable
    public init?(_ code: Int) {
        guard (300...699).contains(code) else { return nil }
        self.code = UInt16(truncatingIfNeeded: code)
    }

    @usableFromInline
    init(constant: UInt16) {
        self.code = constant
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        guard (4...4 + MessageView.maximumTextLength).contains(value.byteCount) else {
            throw .attributeLength(type: Self.type, length: value.byteCount)
        }
        self.code = try Self.decodeCode(value.loadUInt16(at: 2), of: Self.type)
    }

    /// Class and number in 16 bits, of which the upper five are ignored.
    @inlinable
    static func decodeCode(_ field: UInt16, of type: AttributeType) throws(STUNError) -> UInt16 {
        let errorClass = field >> 8 & 0b111
        let number = field & 0xFF
        guard (3...6).contains(errorClass), number <= 99 else { throw .attributeValue(type: type, value: Int(field)) }
        return errorClass * 100 + number
    }

    /// Class and number as they are written.
    @inlinable
    var field: UInt16 { (code / 100) << 8 | code % 100 }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt32(field))
    }
}

extension ErrorCode {
    // RFC 8489 section 14.8.
    public static let tryAlternate = ErrorCode(constant: 300)
    public static let badRequest = ErrorCode(constant: 400)
    public static let unauthenticated = ErrorCode(constant: 401)
    public static let unknownAttribute = ErrorCode(constant: 420)
    public static let staleNonce = ErrorCode(constant: 438)
    public static let serverError = ErrorCode(constant: 500)
    // RFC 8656 section 19.
    public static let forbidden = ErrorCode(constant: 403)
    public static let allocationMismatch = ErrorCode(constant: 437)
    public static let addressFamilyNotSupported = ErrorCode(constant: 440)
    public static let wrongCredentials = ErrorCode(constant: 441)
    public static let unsupportedTransportProtocol = ErrorCode(constant: 442)
    public static let peerAddressFamilyMismatch = ErrorCode(constant: 443)
    public static let allocationQuotaReached = ErrorCode(constant: 486)
    public static let insufficientCapacity = ErrorCode(constant: 508)
    // RFC 8445 section 16.2.
    public static let roleConflict = ErrorCode(constant: 487)
}

extension MessageWriter {
    /// Writes ERROR-CODE with a reason for a person: less than 128 characters, often none.
    @_lifetime(self: copy self)
    public mutating func write(_ error: ErrorCode, reason: String) throws(STUNError) {
        let text = unsafe reason.utf8.span.bytes
        try beginAttribute(.errorCode, length: 4 + text.byteCount)
        do throws(WireError) {
            try writer.write(UInt32(error.field))
            try writer.write(text)
            try writer.writeZeros(-text.byteCount & 3)
        } catch { throw STUNError(error) }
    }
}

extension MessageView {
    /// The reason phrase of ERROR-CODE, as UTF-8 that nobody has validated; nil without a well-formed ERROR-CODE.
    public var errorReason: RawSpan? {
        @_lifetime(copy self)
        get {
            guard let value = first(.errorCode), value.byteCount >= 4 else { return nil }
            return value.extracting(4..<value.byteCount)
        }
    }
}
