import Wire

/// Which id a header extension has on the other side: ids are agreed on per connection, so those of a forwarded packet are
/// exchanged in place (RFC 8285 section 5).
public struct HeaderExtensionMap: Sendable {
    /// New ids by old ones, 0 where the element is taken out.
    private var table: [UInt8]

    /// A map that takes out every element.
    public init() {
        table = Array(repeating: 0, count: 256)
    }

    /// The new id of elements with an old one; nil takes them out.
    public subscript(id: HeaderExtensionID) -> HeaderExtensionID? {
        get { HeaderExtensionID(table[Int(id.rawValue)]) }
        set { table[Int(id.rawValue)] = newValue?.rawValue ?? 0 }
    }

    /// Exchanges the ids of the packet at `offset`, whose header is `header`. Elements that are taken out become padding.
    /// An id that the one-byte form cannot carry is taken out, too: the form is the publisher's.
    ///
    /// - Throws: ``RTPError/truncated(needed:available:)`` where an element leaves the extension; those before it are done.
    public func apply(
        _ header: RTPHeader,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0,
        count: Int
    ) throws(RTPError) {
        guard offset >= 0, count >= header.length, count <= bytes.byteCount - offset else {
            throw .truncated(needed: header.length, available: min(count, bytes.byteCount - offset))
        }
        var reader = HeaderExtensionReader(header)
        guard let form = reader.form else { return }
        while let element = try reader.next(in: bytes.bytes.extracting(offset..<offset + count)) {
            let start = offset + element.start
            guard let id = self[element.id], form == .twoByte || id.fitsOneByte else {
                bytes.zero(start..<offset + element.range.upperBound)
                continue
            }
            switch form {
            case .oneByte: bytes.store(id.rawValue << 4 | UInt8(element.range.count - 1), at: start)
            case .twoByte: bytes.store(id.rawValue, at: start)
            }
        }
    }
}
