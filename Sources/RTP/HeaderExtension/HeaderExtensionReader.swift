public import Wire

/// One element of a header extension and where its value lies in the packet.
public struct HeaderExtensionElement: Sendable {
    public let id: HeaderExtensionID
    /// Where the byte with the id lies.
    public let start: Int
    /// Where the value lies: 1 ... 16 bytes in the one-byte form, 0 ... 255 in the two-byte form.
    public let range: Range<Int>

    @inlinable
    init(id: HeaderExtensionID, start: Int, range: Range<Int>) {
        self.id = id
        self.start = start
        self.range = range
    }
}

/// Goes through the elements of a header extension, which holds no bytes itself (RFC 8285 section 4).
///
/// ```
/// 0xBEDE | length |  ID=1, len=0 | data |  ID=2, len=1 | data | data | 0 (pad) | ...
/// 0x100x | length |  ID=1 | length | data | ... | 0 (pad) | ...
/// ```
public struct HeaderExtensionReader: Sendable {
    public let form: HeaderExtensionForm?
    @usableFromInline
    var position: Int
    @usableFromInline
    let end: Int

    @inlinable
    public init(_ header: RTPHeader) {
        form = header.extensionProfile.flatMap(HeaderExtensionForm.init(profile:))
        position = header.extensionRange.lowerBound
        end = header.extensionRange.upperBound
    }

    /// The next element, or nil behind the last one and for an extension of another form. `packet` is the one whose header
    /// this reader was made from.
    ///
    /// - Throws: ``RTPError/truncated(needed:available:)`` if an element leaves the extension.
    @inlinable
    public mutating func next(in packet: RawSpan) throws(RTPError) -> HeaderExtensionElement? {
        guard let form, end <= packet.byteCount else { return nil }
        while position < end {
            let start = position
            let first = packet.loadUInt8(at: start)
            if first == 0 {
                position += 1
                continue
            }
            let id: UInt8
            let length: Int
            switch form {
            case .oneByte:
                id = first >> 4
                // 15 ends the extension, whatever follows. An id of 0 with a length is padding with a value: not for us.
                if id == 15 {
                    position = end
                    return nil
                }
                length = Int(first & 0x0F) + 1
            case .twoByte:
                guard start + 1 < end else { throw .truncated(needed: 2, available: 1) }
                id = first
                length = Int(packet.loadUInt8(at: start + 1))
            }
            let value = start + form.elementHeaderLength
            guard value + length <= end else { throw .truncated(needed: length, available: end - value) }
            position = value + length
            guard let id = HeaderExtensionID(id) else { continue }
            return HeaderExtensionElement(id: id, start: start, range: value..<position)
        }
        return nil
    }

    /// Where the value of the first element with `id` lies, or nil. A broken extension has what comes before the break.
    @inlinable
    public static func find(_ id: HeaderExtensionID, _ header: RTPHeader, in packet: RawSpan) -> Range<Int>? {
        var reader = HeaderExtensionReader(header)
        do throws(RTPError) {
            while let element = try reader.next(in: packet) {
                if element.id == id { return element.range }
            }
        } catch {
            return nil
        }
        return nil
    }
}
