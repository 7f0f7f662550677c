import Wire

/// The records of the peer's present flight that an ACK would name (RFC 9147 section 7).
struct AcknowledgementList: Sendable {
    /// An ACK names at most this many records: 514 bytes.
    static let capacity = 32

    private(set) var numbers: [RecordNumber] = []
    /// When an ACK is due, if one is.
    var deadline: MonotonicTime?

    mutating func add(_ number: RecordNumber) {
        guard !numbers.contains(number) else { return }
        if numbers.count == Self.capacity { numbers.removeFirst() }
        numbers.append(number)
    }

    mutating func clear() {
        numbers = []
        deadline = nil
    }

    /// The content of an ACK message of at most `limit` bytes: epochs and sequence numbers in rising order. Where not all fit
    /// the newest win.
    func encoded(limit: Int) -> [UInt8] {
        let named = numbers.suffix(max(0, (limit - 2) / 16)).sorted {
            ($0.epoch, $0.sequence) < ($1.epoch, $1.sequence)
        }
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(named.count * 16))
        for number in named {
            bytes.append(bigEndian: number.epoch)
            bytes.append(bigEndian: number.sequence)
        }
        return bytes
    }

    /// The numbers in a received ACK, or nil when it is malformed.
    static func decode(_ payload: [UInt8]) -> [RecordNumber]? {
        var reader = ByteReader(payload.rawSpan)
        do throws(WireError) {
            let length = Int(try reader.readUInt16())
            guard length == reader.remaining, length % 16 == 0 else { return nil }
            var numbers: [RecordNumber] = []
            while !reader.isAtEnd {
                numbers.append(RecordNumber(epoch: try reader.readUInt64(), sequence: try reader.readUInt64()))
            }
            return numbers
        } catch {
            return nil
        }
    }
}
