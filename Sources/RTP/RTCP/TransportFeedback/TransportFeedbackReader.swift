public import Wire

/// What a message of transport-wide feedback says about one packet.
public struct PacketStatus: Hashable, Sendable, BitwiseCopyable {
    public let sequenceNumber: SequenceNumber
    /// When it arrived after the reference time of the message, in ticks of 250 us; nil if it did not arrive. It may be
    /// before that of the packet before it.
    public let arrivalTicks: Int64?
    /// How much later than the last received one before it in the message, or than the reference time.
    public let deltaTicks: Int32

    /// ``arrivalTicks`` as a time since the reference time.
    public var arrival: TimeInterval? {
        arrivalTicks.map { TimeInterval(nanoseconds: $0 * TransportFeedback.nanosecondsPerTick) }
    }
}

/// Goes through the packets of a message of transport-wide feedback, in order of their sequence numbers. It holds no bytes:
/// every call takes those that the message was read from.
public struct TransportFeedbackReader: Sendable {
    private var remaining: Int
    private var number: SequenceNumber
    private var chunkPosition = TransportFeedback.chunksOffset
    private var deltaPosition: Int
    private let chunksEnd: Int
    private let end: Int
    private var chunk = PacketStatusChunk(rawValue: 0)
    private var indexInChunk = 0
    private var ticks: Int64 = 0

    init(_ feedback: TransportFeedback) {
        remaining = feedback.statusCount
        number = feedback.base
        deltaPosition = feedback.deltasOffset
        chunksEnd = feedback.deltasOffset
        end = feedback.end
    }

    /// The next packet, or nil behind the last one.
    ///
    /// - Throws: Nothing for bytes that ``TransportFeedback/init(parsing:)`` let pass.
    public mutating func next(in bytes: RawSpan) throws(RTPError) -> PacketStatus? {
        guard remaining > 0 else { return nil }
        guard end <= bytes.byteCount else { throw .truncated(needed: end, available: bytes.byteCount) }
        while indexInChunk >= chunk.count {
            guard chunkPosition + 2 <= chunksEnd else {
                throw .truncated(needed: 2, available: chunksEnd - chunkPosition)
            }
            chunk = PacketStatusChunk(rawValue: bytes.loadUInt16(at: chunkPosition))
            chunkPosition += 2
            indexInChunk = 0
        }
        let symbol = chunk.symbol(indexInChunk)
        let current = number
        indexInChunk += 1
        remaining -= 1
        number = number.advanced(by: 1)
        guard end - deltaPosition >= symbol.deltaLength else {
            throw .truncated(needed: symbol.deltaLength, available: end - deltaPosition)
        }
        let delta: Int32
        switch symbol {
        case .notReceived: return PacketStatus(sequenceNumber: current, arrivalTicks: nil, deltaTicks: 0)
        case .smallDelta: delta = Int32(bytes.loadUInt8(at: deltaPosition))
        case .largeDelta: delta = Int32(Int16(bitPattern: bytes.loadUInt16(at: deltaPosition)))
        case .reserved: throw .invalidField(offset: chunkPosition - 2)
        }
        deltaPosition += symbol.deltaLength
        ticks += Int64(delta)
        return PacketStatus(sequenceNumber: current, arrivalTicks: ticks, deltaTicks: delta)
    }
}
