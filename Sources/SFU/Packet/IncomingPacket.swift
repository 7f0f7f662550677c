import RTP
import Wire

/// A packet that was read once for all its subscribers: fields by value, the rest by its place in the bytes.
struct IncomingPacket: Sendable, BitwiseCopyable {
    /// A header extension that may be passed on.
    struct Element: Sendable, BitwiseCopyable {
        var kind: HeaderExtensionKind
        var offset: UInt16
        var length: UInt8
    }

    /// What browsers send at once is four or five; further elements are not passed on.
    static let elementCapacity = 8

    var sequenceNumber: Int64 = 0
    var timestamp: UInt32 = 0
    var payloadType: UInt8 = 0
    var marker = false
    /// Only padding: there is no payload.
    var isEmpty: Bool { payloadLength == 0 }
    var csrcCount = 0
    var payloadOffset = 0
    var payloadLength = 0
    var summary = PayloadSummary()
    var codec = Codec.otherVideo
    /// Where it lies in the ring of the publication, 0 if nowhere.
    var position: UInt64 = 0
    var elementCount = 0
    var elements = InlineArray<8, Element>(repeating: Element(kind: .mid, offset: 0, length: 0))
    /// The bytes that the elements take with headers of one byte each.
    var elementByteCount = 0

    mutating func append(_ element: Element) {
        guard elementCount < Self.elementCapacity else { return }
        elements[elementCount] = element
        elementCount += 1
        elementByteCount += 2 + Int(element.length)
    }
}

/// What a publisher means by an id, by the id.
struct HeaderExtensionKinds: Sendable {
    private var kinds: [HeaderExtensionKind?] = Array(repeating: nil, count: 256)

    mutating func insert(_ mappings: [HeaderExtensionMapping]) {
        for mapping in mappings { kinds[Int(mapping.id.rawValue)] = mapping.kind }
    }

    subscript(id: HeaderExtensionID) -> HeaderExtensionKind? { kinds[Int(id.rawValue)] }

    func contains(_ kind: HeaderExtensionKind) -> Bool { kinds.contains(kind) }
}

/// The header extensions of a packet that say where it belongs and when it was sent.
struct StreamLabels: Sendable, BitwiseCopyable {
    var mid: StreamIdentifier?
    var rid: StreamIdentifier?
    var repairedRID: StreamIdentifier?
    var transportSequenceNumber: UInt16?
}

extension IncomingPacket {
    /// Reads the header extensions of a packet: labels for us, elements for the subscribers.
    ///
    /// - Parameter readsNames: False when the stream is known, and MID and RID need not be looked at.
    mutating func readExtensions(
        _ header: RTPHeader,
        in packet: RawSpan,
        kinds: borrowing HeaderExtensionKinds,
        readsNames: Bool
    ) -> StreamLabels {
        var labels = StreamLabels()
        var reader = HeaderExtensionReader(header)
        do throws(RTPError) {
            while let element = try reader.next(in: packet) {
                guard let kind = kinds[element.id] else { continue }
                let range = element.range
                if kind.isPassedOn {
                    guard let offset = UInt16(exactly: range.lowerBound), let length = UInt8(exactly: range.count)
                    else {
                        continue
                    }
                    append(Element(kind: kind, offset: offset, length: length))
                } else if kind == .transportSequenceNumber {
                    if range.count >= 2 { labels.transportSequenceNumber = packet.loadUInt16(at: range.lowerBound) }
                } else if readsNames {
                    let identifier = try? StreamIdentifier(parsing: packet.extracting(range))
                    switch kind {
                    case .mid: labels.mid = identifier
                    case .rid: labels.rid = identifier
                    case .repairedRID: labels.repairedRID = identifier
                    default: break
                    }
                }
            }
        } catch {
            // What came before the break was read.
        }
        return labels
    }
}
