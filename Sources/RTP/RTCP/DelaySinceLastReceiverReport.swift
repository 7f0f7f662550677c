import Wire

/// The answer to a ``ReceiverReferenceTime``: how long ago it came (RFC 3611 section 4.5).
public struct DelaySinceLastReceiverReport: Hashable, Sendable, BitwiseCopyable {
    public static let length = 12

    /// Whose reference time it was.
    public var receiver: SSRC
    /// The middle of its NTP timestamp.
    public var lastReceiverReport: UInt32
    /// In units of 2^-16 s.
    public var delay: UInt32

    public init(receiver: SSRC, lastReceiverReport: UInt32, delay: UInt32) {
        self.receiver = receiver
        self.lastReceiverReport = lastReceiverReport
        self.delay = delay
    }

    /// How many there are in the contents of a block of type ``ExtendedReport/delaySinceLastReceiverReport``.
    public static func count(in contents: RawSpan) -> Int { contents.byteCount / length }

    /// The one at `index` of those contents.
    ///
    /// - Throws: ``RTPError/truncated(needed:available:)`` when there are fewer.
    public init(parsing contents: RawSpan, _ index: Int = 0) throws(RTPError) {
        guard index >= 0, index < Self.count(in: contents) else {
            throw .truncated(needed: Self.length, available: contents.byteCount % Self.length)
        }
        let offset = index * Self.length
        receiver = SSRC(contents.loadUInt32(at: offset))
        lastReceiverReport = contents.loadUInt32(at: offset + 4)
        delay = contents.loadUInt32(at: offset + 8)
    }

    /// Writes an extended report with one block of `answers`.
    ///
    /// - Returns: The length of the message.
    public static func write(
        _ answers: Span<DelaySinceLastReceiverReport>,
        sender: SSRC,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        let message = ExtendedReport.minimumLength + 4 + answers.count * length
        try bytes.storeRTCPHeader(.extendedReport, format: 0, length: message, at: offset)
        bytes.store(sender.rawValue, at: offset + 4)
        bytes.store(ExtendedReport.delaySinceLastReceiverReport, at: offset + 8)
        bytes.store(UInt8(0), at: offset + 9)
        bytes.store(UInt16(truncatingIfNeeded: 3 * answers.count), at: offset + 10)
        for index in answers.indices {
            let position = offset + ExtendedReport.minimumLength + 4 + index * length
            bytes.store(answers[index].receiver.rawValue, at: position)
            bytes.store(answers[index].lastReceiverReport, at: position + 4)
            bytes.store(answers[index].delay, at: position + 8)
        }
        return message
    }
}
