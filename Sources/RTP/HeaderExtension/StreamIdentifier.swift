import Wire

/// Up to 16 bytes of text in place: what an SDES header extension carries in the one-byte form (RFC 7941 section 4.1.1).
///
/// MIDs and RIDs are compared and looked up per packet, and a `String` of more than 15 bytes would be on the heap.
public struct StreamIdentifier: Hashable, Sendable, BitwiseCopyable {
    /// The bytes, the first in the highest place; zero behind the end.
    private var high: UInt64 = 0
    private var low: UInt64 = 0
    /// 1 ... 16.
    public let count: UInt8

    /// Reads the text that fills `bytes`: 1 ... 16 visible ASCII characters, which are what SDP tokens and RIDs are made
    /// of (RFC 8866 section 9, RFC 8851 section 10).
    ///
    /// - Throws: ``RTPError/length(_:)``, ``RTPError/invalidField(offset:)``.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        guard (1...16).contains(bytes.byteCount) else { throw .length(bytes.byteCount) }
        count = UInt8(bytes.byteCount)
        for offset in 0..<bytes.byteCount {
            let byte = bytes.loadUInt8(at: offset)
            guard (0x21...0x7E).contains(byte) else { throw .invalidField(offset: offset) }
            if offset < 8 {
                high |= UInt64(byte) << UInt64(56 - 8 * offset)
            } else {
                low |= UInt64(byte) << UInt64(120 - 8 * offset)
            }
        }
    }

    /// Nil unless `text` is 1 ... 16 visible ASCII characters.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        do throws(RTPError) {
            try self.init(parsing: bytes.rawSpan)
        } catch {
            return nil
        }
    }

    func byte(_ offset: Int) -> UInt8 {
        offset < 8
            ? UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * offset))
            : UInt8(truncatingIfNeeded: low >> UInt64(120 - 8 * offset))
    }

    func store(in bytes: inout MutableRawSpan, at offset: Int) {
        for index in 0..<Int(count) { bytes.store(byte(index), at: offset + index) }
    }
}

extension StreamIdentifier: CustomStringConvertible {
    public var description: String {
        String(decoding: (0..<Int(count)).map(byte), as: UTF8.self)
    }
}
