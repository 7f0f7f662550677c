public import Wire

/// The value that all address attributes share (RFC 8489 sections 14.1 and 14.2).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0 0 0 0 0 0 0 0|    Family     |          (X-)Port             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |               (X-)Address (32 bits or 128 bits)               |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
@usableFromInline
enum AddressCodec {
    /// What port and address are XORed with: magic cookie and transaction identifier, or nothing.
    @usableFromInline
    struct Mask: BitwiseCopyable {
        @usableFromInline
        let high: UInt64
        @usableFromInline
        let low: UInt64

        @inlinable
        init(_ transactionID: TransactionID) {
            self.high = UInt64(STUNHeader.magicCookie) << 32 | UInt64(transactionID.high)
            self.low = transactionID.low
        }

        @inlinable
        init() {
            self.high = 0
            self.low = 0
        }

        @inlinable
        func apply(_ port: UInt16) -> UInt16 {
            port ^ UInt16(truncatingIfNeeded: high >> 48)
        }

        /// Its own inverse.
        @inlinable
        func apply(_ ip: IPAddress) -> IPAddress {
            switch ip.family {
            case .ipv4: IPAddress(ipv4: UInt32(truncatingIfNeeded: ip.low ^ high >> 32))
            case .ipv6: IPAddress(ipv6High: ip.high ^ high, low: ip.low ^ low)
            }
        }
    }

    @inlinable
    static func decode(_ value: RawSpan, of type: AttributeType, mask: Mask) throws(STUNError) -> TransportAddress {
        guard value.byteCount >= 4 else { throw .attributeLength(type: type, length: value.byteCount) }
        let family = AddressFamily(rawValue: value.loadUInt8(at: 1))
        let port = mask.apply(value.loadUInt16(at: 2))
        switch family {
        case .ipv4:
            guard value.byteCount == 8 else { throw .attributeLength(type: type, length: value.byteCount) }
            return TransportAddress(mask.apply(IPAddress(ipv4: value.loadUInt32(at: 4))), port: port)
        case .ipv6:
            guard value.byteCount == 20 else { throw .attributeLength(type: type, length: value.byteCount) }
            let ip = IPAddress(ipv6High: value.loadUInt64(at: 4), low: value.loadUInt64(at: 12))
            return TransportAddress(mask.apply(ip), port: port)
        default:
            throw .attributeValue(type: type, value: Int(family.rawValue))
        }
    }

    @inlinable
    static func byteCount(_ address: TransportAddress) -> Int { 4 + address.ip.byteCount }

    @inlinable
    static func encode(_ address: TransportAddress, to writer: inout ByteWriter, mask: Mask) throws(WireError) {
        let ip = mask.apply(address.ip)
        try writer.write(UInt16(AddressFamily(ip.family).rawValue))
        try writer.write(mask.apply(address.port))
        if ip.family == .ipv6 {
            try writer.write(ip.high)
            try writer.write(ip.low)
        } else {
            try writer.write(UInt32(truncatingIfNeeded: ip.low))
        }
    }
}
