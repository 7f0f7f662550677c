internal import Wire

extension MessageView {
    /// The integrity attribute that counts: MESSAGE-INTEGRITY-SHA256 where both are present (RFC 8489 section 9.2.4).
    @inlinable
    public var integrityAlgorithm: IntegrityAlgorithm? {
        if integritySHA256Offset != 0 { return .sha256 }
        return integrityOffset != 0 ? .sha1 : nil
    }

    /// True when the message carries the algorithm's attribute and its HMAC is right; compared in constant time.
    ///
    /// The HMAC covers the bytes before the attribute, with a length field that ends with it (RFC 8489 section 14.5). No
    /// STUN usage here declares truncation, so 32 bytes of HMAC-SHA256 it must be (section 14.6).
    public func isAuthentic(_ algorithm: IntegrityAlgorithm, key: borrowing IntegrityKey) -> Bool {
        let offset =
            switch algorithm {
            case .sha1: integrityOffset
            case .sha256: integritySHA256Offset
            }
        guard offset != 0, Int(bytes.loadUInt16(at: offset + 2)) == algorithm.byteCount else { return false }
        // Type and adjusted length, then the rest as it is: the message is not copied.
        let length = UInt32(truncatingIfNeeded: offset + 4 + algorithm.byteCount - STUNHeader.byteCount)
        let head: InlineArray<1, UInt32> = [((bytes.loadUInt32(at: 0) & 0xFFFF_0000) | (length & 0xFFFF)).bigEndian]
        let code = unsafe key.authenticate(head.span.bytes, bytes.extracting(4..<offset), algorithm)
        return code.bytes.isEqualInConstantTime(to: value(at: offset))
    }
}
