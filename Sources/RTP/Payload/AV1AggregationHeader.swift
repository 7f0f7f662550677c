import Wire

/// The first byte of an RTP packet of AV1 (RTP Payload Format for AV1 section 4.4): `Z Y W W N - - -`.
public struct AV1AggregationHeader: Hashable, Sendable, BitwiseCopyable {
    /// Z: the first OBU element goes on from the packet before.
    public let continuesPrevious: Bool
    /// Y: the last OBU element goes on in the packet behind.
    public let continuesNext: Bool
    /// W: how many OBU elements there are, or 0 where each has its length.
    public let elementCount: UInt8
    /// N: the first packet of a coded video sequence, and so of a key frame.
    public let startsCodedVideoSequence: Bool

    /// Reads the byte that the payload of a packet starts with.
    ///
    /// - Throws: ``RTPError/invalidField(offset:)`` where both N and Z are set, which contradict each other.
    public init(parsing payload: RawSpan) throws(RTPError) {
        try payload.require(1)
        let byte = payload.loadUInt8(at: 0)
        continuesPrevious = byte & 0x80 != 0
        continuesNext = byte & 0x40 != 0
        elementCount = byte >> 4 & 3
        startsCodedVideoSequence = byte & 0x08 != 0
        if continuesPrevious, startsCodedVideoSequence { throw .invalidField(offset: 0) }
    }
}
