import STUN
import TURN
import Testing
import Wire

@Suite("Stream framing")
struct StreamFramerTests {
    private let id = TransactionID(high: 1, low: 2)

    @Test func `messages are found whatever the pieces are that they arrive in`() throws {
        let messages = [
            TestMessage.make(.request, .binding, id, []), TestMessage.channelData(0x4000, [1, 2, 3]),
            TestMessage.channelData(0x4001, []),
            TestMessage.make(.indication, .send, id, [.peer("10.0.0.2:5"), .data([UInt8](repeating: 7, count: 1201))]),
            TestMessage.channelData(0x4002, [UInt8](repeating: 9, count: 1202)),
            TestMessage.channelData(0x4FFF, [1, 2, 3, 4]),
        ]
        let stream = messages.flatMap { $0 + [UInt8](repeating: 0, count: -$0.count & 3) }
        let framer = StreamFramer()
        for piece in [1, 2, 3, 4, 5, 7, 19, 21, 1000, stream.count] {
            var buffer: [UInt8] = []
            var found: [[UInt8]] = []
            var offset = 0
            while offset < stream.count {
                let end = min(offset + piece, stream.count)
                buffer += stream[offset..<end]
                offset = end
                loop: while true {
                    switch framer.next(in: buffer.rawSpan) {
                    case .message(let range, let consumed):
                        found.append(Array(buffer[range]))
                        buffer.removeFirst(consumed)
                    case .needMore(let count):
                        #expect(count > buffer.count)
                        break loop
                    case .malformed:
                        Issue.record("piece \(piece)")
                        return
                    }
                }
            }
            #expect(found == messages)
            #expect(buffer.isEmpty)
        }
    }

    @Test(
        arguments: [[0x80], [0xFF, 1], [0x00, 1, 0, 2], [0x00, 1, 0, 0, 1, 2, 3, 4], [0xC0, 0, 0, 0]] as [[UInt8]]
    )
    func `what starts no message is malformed, as soon as it can be told`(_ bytes: [UInt8]) {
        #expect(StreamFramer().next(in: bytes.rawSpan) == .malformed)
    }

    @Test func `messages above the limit are malformed`() {
        let framer = StreamFramer(maximumMessageByteCount: 100)
        var bytes = TestMessage.channelData(0x4000, [UInt8](repeating: 0, count: 96))
        #expect(framer.next(in: bytes.rawSpan) == .message(0..<100, consumed: 100))
        bytes[3] = 97
        #expect(framer.next(in: bytes.rawSpan) == .malformed)
        let longest: [UInt8] = [0x40, 0, 0xFF, 0xFF]
        #expect(StreamFramer().next(in: longest.rawSpan) == .needMore(65_540))
    }

    @Test func `ChannelData is read and written as its diagram shows`() throws {
        let message: [UInt8] = [0x41, 0x23, 0x00, 0x03, 9, 8, 7, 0]
        let view = try ChannelDataView(message.rawSpan)
        #expect(view.channel == ChannelNumber(rawValue: 0x4123))
        #expect(view.payload == 4..<7)
        var header = [UInt8](repeating: 0xEE, count: 5)
        var span = header.mutableSpan
        var bytes = unsafe span.mutableBytes
        ChannelDataView.writeHeader(channel: ChannelNumber(rawValue: 0x4123), payloadCount: 3, into: &bytes)
        #expect(header == [0x41, 0x23, 0, 3, 0xEE])
        for count in 0..<7 {
            #expect(throws: WireError.self) { _ = try ChannelDataView(Array(message[..<count]).rawSpan) }
        }
    }
}
