import Wire

/// The clock of a receiver, so that it can measure the round trip without sending media (RFC 3611 section 4.4).
public struct ReceiverReferenceTime: Hashable, Sendable, BitwiseCopyable {
    /// The length of an extended report with this block alone.
    public static let messageLength = ExtendedReport.minimumLength + 12

    public var ntp: NTPTimestamp

    public init(ntp: NTPTimestamp) {
        self.ntp = ntp
    }

    /// Reads the contents of a block of type ``ExtendedReport/receiverReferenceTime``.
    public init(parsing contents: RawSpan) throws(RTPError) {
        try contents.require(8)
        ntp = NTPTimestamp(contents.loadUInt64(at: 0))
    }

    /// Writes an extended report with this block.
    ///
    /// - Returns: ``messageLength``.
    public func write(sender: SSRC, to bytes: inout MutableRawSpan, at offset: Int = 0) throws(RTPError) -> Int {
        try bytes.storeRTCPHeader(.extendedReport, format: 0, length: Self.messageLength, at: offset)
        bytes.store(sender.rawValue, at: offset + 4)
        bytes.store(UInt32(ExtendedReport.receiverReferenceTime) << 24 | 2, at: offset + 8)
        bytes.store(ntp.rawValue, at: offset + 12)
        return Self.messageLength
    }
}
