import Wire

/// Writes a message of congestion control feedback stream by stream (RFC 8888 section 3.1). It holds no bytes: every call
/// takes the same ones.
public struct CongestionControlFeedbackWriter: Sendable {
    private let start: Int
    private let sender: SSRC
    private var position: Int

    public init(sender: SSRC, at offset: Int = 0) {
        self.start = offset
        self.sender = sender
        self.position = offset + 8
    }

    /// Adds what is to be said about one stream: a metric for each packet from `base` on, lost ones included.
    ///
    /// - Throws: ``RTPError/noCapacity(needed:available:)``, and then the message can be finished without this stream;
    ///   ``RTPError/unrepresentable(_:)`` for more than 16384 metrics.
    public mutating func add(
        _ ssrc: SSRC,
        base: SequenceNumber,
        _ metrics: Span<CongestionControlFeedback.Metric>,
        to bytes: inout MutableRawSpan
    ) throws(RTPError) {
        guard metrics.count <= CongestionControlFeedback.maximumReports else { throw .unrepresentable(metrics.count) }
        let length = 8 + (2 * metrics.count + 3) & ~3
        // The report timestamp comes behind the last stream.
        guard bytes.byteCount - position >= length + 4 else {
            throw .noCapacity(needed: length + 4, available: bytes.byteCount - position)
        }
        bytes.store(ssrc.rawValue, at: position)
        bytes.store(base.rawValue, at: position + 4)
        bytes.store(UInt16(truncatingIfNeeded: metrics.count), at: position + 6)
        for index in metrics.indices { bytes.store(metrics[index].rawValue, at: position + 8 + 2 * index) }
        if metrics.count % 2 == 1 { bytes.store(UInt16(0), at: position + length - 2) }
        position += length
    }

    /// Writes the header and the timestamp.
    ///
    /// - Parameter reportTimestamp: The middle 32 bits of an NTP timestamp.
    /// - Returns: The length of the message.
    public func finish(reportTimestamp: UInt32, to bytes: inout MutableRawSpan) throws(RTPError) -> Int {
        let length = position + 4 - start
        try bytes.storeRTCPHeader(
            .transportFeedback,
            format: Int(CongestionControlFeedback.format),
            length: length,
            at: start
        )
        bytes.store(sender.rawValue, at: start + 4)
        bytes.store(reportTimestamp, at: position)
        return length
    }
}
