import STUN
import Testing
import Wire

@Suite("STUN header")
struct HeaderTests {
    private static let bare = hex("0001 0000 2112a442 00000001 00000000 00000002")

    @Test func `a bare header is twenty bytes`() throws {
        let built = try build(.request, .binding) { writer throws(STUNError) in try writer.finish() }
        #expect(built == Self.bare)
        #expect(try read(built) { $0.transactionID } == TransactionID(high: 1, low: 2))
    }

    @Test(
        "the class bits lie between the method's",
        arguments: [
            (MessageType(.request, .binding), 0x0001), (MessageType(.indication, .binding), 0x0011),
            (MessageType(.successResponse, .binding), 0x0101), (MessageType(.errorResponse, .binding), 0x0111),
            (MessageType(.request, .allocate), 0x0003), (MessageType(.indication, .send), 0x0016),
            (MessageType(.indication, .data), 0x0017), (MessageType(.errorResponse, .channelBind), 0x0119),
            (MessageType(.errorResponse, Method(rawValue: 0xFFF)), 0x3FFF),
        ] as [(MessageType, UInt16)]
    )
    func types(_ type: MessageType, _ rawValue: UInt16) {
        #expect(type.rawValue == rawValue)
        #expect(MessageType(rawValue: rawValue) == type)
    }

    @Test func `all 16384 message types survive a round trip`() {
        for rawValue in UInt16(0)..<0x4000 where MessageType(rawValue: rawValue).rawValue != rawValue {
            Issue.record("type \(rawValue)")
        }
    }

    @Test func `item 1: the first two bits are zero`() {
        for high in [0x40, 0x80, 0xC0] as [UInt8] {
            var bytes = Self.bare
            bytes[0] |= high
            #expect(parseError(bytes) == .notSTUN(firstByte: high))
        }
    }

    @Test func `item 1: without the magic cookie it is not STUN`() {
        var bytes = Self.bare
        bytes[7] ^= 1
        #expect(parseError(bytes) == .badMagicCookie(0x2112_A443))
    }

    @Test func `item 1: the length is a multiple of four`() {
        for length in 1...3 as ClosedRange<UInt8> {
            var bytes = Self.bare + [0x80, 0x22, 0, 0]
            bytes[3] = length
            #expect(parseError(bytes) == .unalignedLength(Int(length)))
        }
    }

    @Test(
        "item 1: the first byte tells the protocols apart",
        arguments: [
            (0, .stun), (3, .stun), (4, .unknown), (15, .unknown), (16, .zrtp), (19, .zrtp), (20, .dtls), (63, .dtls),
            (64, .channelData), (79, .channelData), (80, .unknown), (127, .unknown), (128, .rtp), (191, .rtp),
            (192, .unknown), (255, .unknown),
        ] as [(UInt8, PacketKind)]
    )
    func kinds(_ firstByte: UInt8, _ kind: PacketKind) {
        #expect(PacketKind(firstByte: firstByte) == kind)
    }

    @Test func `item 2: a datagram holds exactly one message`() {
        #expect(parseError(Self.bare + [0, 0, 0, 0]) == .trailingBytes(count: 4))
        var long = Self.bare
        long[3] = 4
        #expect(parseError(long) == .truncated(needed: 24, available: 20))
        #expect(parseError([]) == .truncated(needed: 20, available: 0))
    }

    @Test func `item 2: an attribute ends inside its message`() {
        var bytes = Self.bare + [0x80, 0x22, 0, 5, 1, 2, 3, 4]
        bytes[3] = 8
        #expect(parseError(bytes) == .attributeTruncated(type: .software, needed: 5, available: 4))
        bytes[22] = 0xFF
        bytes[23] = 0xFF
        #expect(parseError(bytes) == .attributeTruncated(type: .software, needed: 0xFFFF, available: 4))
    }

    @Test func `the length of a message is known from its header alone`() throws {
        let stream = RFC5769.request.bytes + [0x40, 0, 0, 0]
        let length = try MessageView.messageLength(in: stream.rawSpan)
        #expect(length == RFC5769.request.bytes.count)
    }

    @Test func `a writer stops where its memory ends`() {
        for capacity in 0..<36 {
            #expect(throws: STUNError.self, "\(capacity)") {
                try build(.request, .binding, capacity: capacity) { writer throws(STUNError) in
                    try writer.write(.software, text: "nine byte")
                    return try writer.finish()
                }
            }
        }
        #expect(throws: Never.self) {
            try build(.request, .binding, capacity: 36) { writer throws(STUNError) in
                try writer.write(.software, text: "nine byte")
                return try writer.finish()
            }
        }
    }

    @Test func `a writer keeps to a length field of 16 bits`() {
        let value = [UInt8](repeating: 0, count: 0xFFF8)
        #expect(throws: STUNError.noCapacity(needed: 4, available: 0)) {
            try build(.request, .binding, capacity: 1 << 17) { writer throws(STUNError) in
                try writer.write(.data, value.rawSpan)
                try writer.write(flag: .dontFragment)
                return try writer.finish()
            }
        }
    }
}
