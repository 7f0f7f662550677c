import Wire

/// The media section of the session description that a stream belongs to (RFC 9143 section 15).
public struct MID: HeaderExtensionValue, BitwiseCopyable {
    public static let uri = "urn:ietf:params:rtp-hdrext:sdes:mid"

    public let identifier: StreamIdentifier

    public init(_ identifier: StreamIdentifier) {
        self.identifier = identifier
    }

    /// Nil unless `text` is 1 ... 16 visible ASCII characters.
    public init?(_ text: String) {
        guard let identifier = StreamIdentifier(text) else { return nil }
        self.identifier = identifier
    }

    public init(parsing bytes: RawSpan) throws(RTPError) {
        identifier = try StreamIdentifier(parsing: bytes)
    }

    public var encodedLength: Int { Int(identifier.count) }

    public func store(in bytes: inout MutableRawSpan, at offset: Int) {
        identifier.store(in: &bytes, at: offset)
    }
}

extension MID: CustomStringConvertible {
    public var description: String { identifier.description }
}
