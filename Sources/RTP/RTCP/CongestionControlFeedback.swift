import Wire

/// Which packets of which streams arrived, when, and how they were marked on the way (RFC 8888 section 3.1).
///
/// ```
/// |V=2|P| FMT=11  |   PT = 205    |          length               |
/// |                 SSRC of RTCP packet sender                    |
/// |                   SSRC of 1st RTP Stream                      |
/// |          begin_seq            |          num_reports          |
/// |R|ECN|  Arrival time offset    | ...                           .
/// |                        Report Timestamp (32 bits)             |
/// ```
public struct CongestionControlFeedback: Sendable {
    public static let format: UInt8 = 11
    /// More reports about one stream are refused (RFC 8888 section 3.1).
    public static let maximumReports = 16384
    private static let blocksOffset = 8

    /// What is said about one packet.
    public struct Metric: Hashable, Sendable, BitwiseCopyable {
        public var rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// Not received.
        public static let lost = Metric(rawValue: 0)
        /// The packet arrived before the time that an offset can say.
        public static let offsetBeyondRange: UInt16 = 0x1FFE
        /// The packet arrived after the report timestamp.
        public static let offsetUnavailable: UInt16 = 0x1FFF

        /// - Parameters:
        ///   - ecn: The ECN field of the IP header, 0 ... 3.
        ///   - arrivalOffset: How long before the report timestamp it arrived, in units of 2^-10 s, 0 ... 0x1FFF.
        public init(ecn: UInt8, arrivalOffset: UInt16) {
            rawValue = 0x8000 | UInt16(ecn & 3) << 13 | min(arrivalOffset, 0x1FFF)
        }

        public var isReceived: Bool { rawValue & 0x8000 != 0 }
        public var ecn: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 13 & 3) }
        public var arrivalOffset: UInt16 { rawValue & 0x1FFF }
    }

    /// What the message says about one stream.
    public struct StreamReport: Sendable, BitwiseCopyable {
        public let ssrc: SSRC
        public let base: SequenceNumber
        /// How many packets from ``base`` on it speaks of.
        public let count: Int
        private let offset: Int

        init(ssrc: SSRC, base: SequenceNumber, count: Int, offset: Int) {
            self.ssrc = ssrc
            self.base = base
            self.count = count
            self.offset = offset
        }

        /// The metric of the packet `index` behind the first, or nil beyond ``count``.
        public func metric(_ index: Int, in bytes: RawSpan) -> Metric? {
            let position = offset &+ 2 &* index
            guard index >= 0, index < count, position + 2 <= bytes.byteCount else { return nil }
            return Metric(rawValue: bytes.loadUInt16(at: position))
        }
    }

    public let sender: SSRC
    /// When the message was made: the middle 32 bits of an NTP timestamp, in units of 2^-16 s.
    public let reportTimestamp: UInt32
    private let end: Int
    private var position = blocksOffset

    /// Reads the message that `bytes` start with, and checks that its streams are all there.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try RTCPHeader(
            bytes,
            .transportFeedback,
            format: Self.format,
            needed: Self.blocksOffset + 4
        )
        sender = SSRC(bytes.loadUInt32(at: 4))
        end = header.contentLength - 4
        reportTimestamp = bytes.loadUInt32(at: end)
        var reader = self
        while try reader.next(in: bytes) != nil {}
    }

    /// The next stream, or nil behind the last one. `bytes` are those the message was read from.
    public mutating func next(in bytes: RawSpan) throws(RTPError) -> StreamReport? {
        guard end <= bytes.byteCount else { throw .truncated(needed: end, available: bytes.byteCount) }
        guard position < end else { return nil }
        guard end - position >= 8 else { throw .truncated(needed: 8, available: end - position) }
        let count = Int(bytes.loadUInt16(at: position + 6))
        guard count <= Self.maximumReports else { throw .length(count) }
        let length = 8 + (2 * count + 3) & ~3
        guard end - position >= length else { throw .truncated(needed: length, available: end - position) }
        let report = StreamReport(
            ssrc: SSRC(bytes.loadUInt32(at: position)),
            base: SequenceNumber(bytes.loadUInt16(at: position + 4)),
            count: count,
            offset: position + 8
        )
        position += length
        return report
    }
}
