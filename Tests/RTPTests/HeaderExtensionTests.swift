import RTP
import Testing
import Wire

@Suite("Header extensions")
struct HeaderExtensionTests {
    private let fixed = hex("90 60 0001 00000002 00000003")

    private func id(_ value: UInt8) throws -> HeaderExtensionID { try #require(HeaderExtensionID(value)) }

    private func elements(_ packet: [UInt8]) throws(RTPError) -> [String] {
        let header = try RTPHeader(parsing: packet.rawSpan)
        var reader = HeaderExtensionReader(header)
        var found: [String] = []
        while let element = try reader.next(in: packet.rawSpan) {
            found.append("\(element.id.rawValue):\(packet[element.range].map { String($0, radix: 16) }.joined())")
        }
        return found
    }

    @Test func `one-byte elements`() throws {
        // Id 1 of 1 byte, padding, id 2 of 3 bytes, padding, id 14 of 2 bytes, then 15, behind which nothing counts.
        let packet = fixed + hex("BEDE 0004 10 AA 00 22 BBCCDD 00 00 E1 1122 F0 31 33 44")
        #expect(try elements(packet) == ["1:aa", "2:bbccdd", "14:1122"])
    }

    @Test func `two-byte elements`() throws {
        let packet = fixed + hex("1005 0003 01 00 00 20 02 BBCC FF 01 DD 00 00")
        #expect(try elements(packet) == ["1:", "32:bbcc", "255:dd"])
    }

    @Test func `an extension of another kind has no elements`() throws {
        #expect(try elements(fixed + hex("CAFE 0001 10AA10AA")) == [])
        #expect(try elements(fixed + hex("BEDE 0000")) == [])
        #expect(try elements(hex("80 60 0001 00000002 00000003 10 AA")) == [])
    }

    @Test(
        "an element that leaves the extension throws",
        arguments: ["BEDE 0001 10 AA 12 01", "1000 0001 01 01 AA 07", "1000 0001 01 03 AA BB"]
    )
    func overrun(text: String) {
        #expect(throws: RTPError.self) { try elements(fixed + hex(text) + [9, 9, 9, 9]) }
    }

    @Test func `the first element with an id is found`() throws {
        let packet = fixed + hex("BEDE 0002 10 AA 10 BB 32 0102 03")
        let header = try RTPHeader(parsing: packet.rawSpan)
        #expect(HeaderExtensionReader.find(try id(1), header, in: packet.rawSpan) == 17..<18)
        #expect(HeaderExtensionReader.find(try id(3), header, in: packet.rawSpan) == 21..<24)
        #expect(HeaderExtensionReader.find(try id(4), header, in: packet.rawSpan) == nil)
    }

    @Test func `ids are exchanged in place and unknown elements become padding`() throws {
        let packet = fixed + hex("BEDE 0003 10 AA 21 BBCC 30 DD 41 0102 00 00") + [7, 7]
        var map = HeaderExtensionMap()
        map[try id(1)] = try id(9)
        map[try id(3)] = try id(1)
        map[try id(4)] = try id(200)  // Does not fit the one-byte form.
        let header = try RTPHeader(parsing: packet.rawSpan)
        let mapped = try changed([0xEE] + packet) { (bytes) throws(RTPError) in
            try map.apply(header, to: &bytes, at: 1, count: packet.count)
        }
        #expect(mapped == [0xEE] + fixed + hex("BEDE 0003 90 AA 00 0000 10 DD 00 0000 00 00") + [7, 7])
        #expect(try elements(Array(mapped.dropFirst())) == ["9:aa", "1:dd"])
        let kept = (map[try id(1)], map[try id(2)])
        #expect(kept.0?.rawValue == 9 && kept.1 == nil)
    }

    @Test func `ids of the two-byte form are exchanged too`() throws {
        let packet = fixed + hex("1000 0002 01 01 AA C8 02 BBCC 00")
        var map = HeaderExtensionMap()
        map[try id(200)] = try id(100)
        let header = try RTPHeader(parsing: packet.rawSpan)
        let mapped = try changed(packet) { (bytes) throws(RTPError) in
            try map.apply(header, to: &bytes, count: packet.count)
        }
        #expect(mapped == fixed + hex("1000 0002 00 00 00 64 02 BBCC 00"))
    }

    @Test("what is written reads the same", arguments: [HeaderExtensionForm.oneByte, .twoByte])
    func roundTrip(form: HeaderExtensionForm) throws {
        let (first, second, third) = (try id(1), try id(5), try id(14))
        let mid = try #require(MID("video0"))
        var slot = 0..<0
        let write = { (bytes: inout MutableRawSpan) throws(RTPError) -> Int in
            let start = try RTPHeader.write(
                payloadType: PayloadType(96),
                marker: false,
                sequenceNumber: SequenceNumber(1),
                timestamp: RTPTimestamp(2),
                ssrc: SSRC(3),
                hasExtension: true,
                to: &bytes
            )
            var writer = HeaderExtensionWriter(form, at: start)
            try writer.write(first, AudioLevel(hasVoice: true, level: 30), in: &bytes)
            slot = try writer.reserve(second, count: 2, in: &bytes)
            try writer.write(third, mid, in: &bytes)
            return try writer.finish(in: &bytes)
        }
        var packet = try written { (bytes) throws(RTPError) in try write(&bytes) }
        #expect(packet.count % 4 == 0)
        packet = try changed(packet) { (bytes) throws(RTPError) in
            TransportSequenceNumber(SequenceNumber(0x0102)).store(in: &bytes, at: slot.lowerBound)
        }
        #expect(try elements(packet) == ["1:9e", "5:12", "14:766964656f30"])
        for capacity in 0..<packet.count {
            #expect(throws: RTPError.self) { try written(capacity) { (b) throws(RTPError) in try write(&b) } }
        }
    }

    @Test func `what a form cannot carry is refused`() throws {
        let (high, low) = (try id(16), try id(1))
        #expect(HeaderExtensionID(0) == nil && HeaderExtensionID(15) == nil)
        for (form, id, count) in [
            (HeaderExtensionForm.oneByte, high, 1), (.oneByte, low, 0), (.oneByte, low, 17), (.twoByte, low, 256),
        ] {
            #expect(throws: RTPError.self) {
                try written { (bytes) throws(RTPError) in
                    var writer = HeaderExtensionWriter(form, at: 0)
                    return try writer.reserve(id, count: count, in: &bytes).count
                }
            }
        }
    }
}
