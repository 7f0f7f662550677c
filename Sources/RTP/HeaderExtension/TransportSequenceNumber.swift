public import Wire

/// The number of a packet among all that its sender sent on the transport, whatever their SSRC
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2).
public struct TransportSequenceNumber: HeaderExtensionValue, BitwiseCopyable {
    public static let uri = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

    public var number: SequenceNumber

    @inlinable
    public init(_ number: SequenceNumber) {
        self.number = number
    }

    @inlinable
    public init(parsing bytes: RawSpan) throws(RTPError) {
        try bytes.require(2)
        number = SequenceNumber(bytes.loadUInt16(at: 0))
    }

    @inlinable
    public var encodedLength: Int { 2 }

    @inlinable
    public func store(in bytes: inout MutableRawSpan, at offset: Int) {
        bytes.store(number.rawValue, at: offset)
    }
}
