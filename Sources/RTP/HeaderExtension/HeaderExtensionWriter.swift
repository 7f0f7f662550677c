import Wire

/// Writes a header extension behind the fixed header and the CSRCs of a packet (RFC 8285 section 4).
///
/// Elements whose value is not known yet are reserved: the range that ``reserve(_:count:in:)`` returns is a fixed slot to
/// store into later.
public struct HeaderExtensionWriter: Sendable {
    public let form: HeaderExtensionForm
    private let start: Int
    private var position: Int

    /// - Parameter offset: Where profile and length go in the bytes: the end of the CSRCs.
    public init(_ form: HeaderExtensionForm, at offset: Int) {
        self.form = form
        self.start = offset
        self.position = offset + 4
    }

    /// Makes room for a value of `count` bytes, all zero, and returns where it lies.
    ///
    /// - Throws: ``RTPError/unrepresentable(_:)`` for an id or a length that the form cannot carry,
    ///   ``RTPError/noCapacity(needed:available:)``.
    public mutating func reserve(
        _ id: HeaderExtensionID,
        count: Int,
        in bytes: inout MutableRawSpan
    ) throws(RTPError) -> Range<Int> {
        // Three bytes more, so that finishing always has room to pad.
        let needed = form.elementHeaderLength + count + 3
        guard bytes.byteCount - position >= needed else {
            throw .noCapacity(needed: needed, available: bytes.byteCount - position)
        }
        switch form {
        case .oneByte:
            guard id.fitsOneByte else { throw .unrepresentable(Int(id.rawValue)) }
            guard (1...16).contains(count) else { throw .unrepresentable(count) }
            bytes.store(id.rawValue << 4 | UInt8(count - 1), at: position)
        case .twoByte:
            guard (0...255).contains(count) else { throw .unrepresentable(count) }
            bytes.store(id.rawValue, at: position)
            bytes.store(UInt8(count), at: position + 1)
        }
        let value = position + form.elementHeaderLength
        bytes.zero(value..<value + count)
        position = value + count
        return value..<position
    }

    /// Writes an element.
    public mutating func write(
        _ id: HeaderExtensionID,
        _ value: some HeaderExtensionValue,
        in bytes: inout MutableRawSpan
    ) throws(RTPError) {
        let range = try reserve(id, count: value.encodedLength, in: &bytes)
        value.store(in: &bytes, at: range.lowerBound)
    }

    /// Pads to a multiple of 4 bytes and writes profile and length.
    ///
    /// - Returns: Where the payload starts.
    public mutating func finish(in bytes: inout MutableRawSpan) throws(RTPError) -> Int {
        let padding = (4 - (position - start) % 4) % 4
        guard bytes.byteCount >= position + padding else {
            throw .noCapacity(needed: 4 + padding, available: bytes.byteCount - start)
        }
        bytes.zero(position..<position + padding)
        position += padding
        let words = (position - start - 4) / 4
        guard let words = UInt16(exactly: words) else { throw .unrepresentable(words) }
        bytes.store(form.profile, at: start)
        bytes.store(words, at: start + 2)
        return position
    }
}
