import STUN
import Testing
import Wire

@Suite("STUN attributes in a message")
struct AttributeRuleTests {
    private static let key = IntegrityKey([1, 2, 3].rawSpan, preparedFor: .sha1)

    @Test func `items 3 to 5: unknown comprehension-required attributes are listed once, in order`() throws {
        let bytes = try build(.request, .binding) { writer throws(STUNError) in
            try writer.write(AttributeType(rawValue: 0x7FFF), [1].rawSpan)
            try writer.write(.username, text: "u")
            try writer.write(AttributeType(rawValue: 0xFFFF), [2].rawSpan)
            try writer.write(flag: .dontFragment)
            try writer.write(AttributeType(rawValue: 0x7FFF), [3].rawSpan)
            return try writer.finish()
        }
        let unknown = try read(bytes) { $0.unknownAttributes(known: .stun.union(.turn)) }
        #expect(unknown.count == 2)
        #expect(unknown[0].rawValue == 0x7FFF)
        #expect(unknown[1] == .dontFragment)
    }

    @Test func `item 4: a list of unknown attributes is padded like any other`() throws {
        var unknown = UnknownAttributes()
        unknown.append(.dontFragment)
        let bytes = try build(.errorResponse, .allocate) { writer throws(STUNError) in
            try writer.write(unknown)
            return try writer.finish()
        }
        #expect(Array(bytes.dropFirst(20)) == hex("000a 0002 001a 0000"))
    }

    @Test func `item 6: a known attribute in the wrong place is not unknown`() throws {
        let bytes = try build(.request, .binding) { writer throws(STUNError) in
            try writer.write(Lifetime(seconds: 1))
            try writer.write(ErrorCode.forbidden)
            return try writer.finish()
        }
        #expect(try read(bytes) { $0.unknownAttributes(known: .stun.union(.turn)).isEmpty })
    }

    @Test func `a flood of unknown attributes is told of the first sixteen`() throws {
        let bytes = try build(.request, .binding) { writer throws(STUNError) in
            for type in 0..<40 as Range<UInt16> { try writer.write(flag: AttributeType(rawValue: 0x100 + type)) }
            return try writer.finish()
        }
        let unknown = try read(bytes) { $0.unknownAttributes(known: .stun) }
        #expect(unknown.count == 16)
        #expect(unknown[15].rawValue == 0x10F)
    }

    @Test func `item 17: what follows MESSAGE-INTEGRITY does not count, except its SHA-256 and FINGERPRINT`() throws {
        // Written by hand: the writer refuses to.
        let signed = try build(.request, .allocate) { writer throws(STUNError) in
            try writer.write(.username, text: "user")
            return try writer.finish(integrity: .sha1, key: Self.key)
        }
        let bytes = extended(
            signed,
            by: hex("000d 0004 00000e10  7ffe 0000  001c 0010 \(String(repeating: "5a", count: 16))")
        )
        #expect(try read(bytes) { $0.contains(.username) })
        #expect(try read(bytes) { !$0.contains(.lifetime) })
        #expect(try read(bytes) { $0.unknownAttributes(known: .stun).isEmpty })
        #expect(try read(bytes) { $0.contains(.messageIntegritySHA256) })
        #expect(try read(bytes) { $0.isAuthentic(.sha1, key: Self.key) })
    }

    @Test func `item 17: after MESSAGE-INTEGRITY-SHA256 not even MESSAGE-INTEGRITY counts`() throws {
        let signed = try build(.request, .allocate) { writer throws(STUNError) in
            try writer.finish(integrity: .sha256, key: Self.key)
        }
        let bytes = extended(signed, by: hex("0008 0014 \(String(repeating: "5a", count: 20))"))
        #expect(try read(bytes) { !$0.contains(.messageIntegrity) })
        #expect(try read(bytes) { $0.isAuthentic(.sha256, key: Self.key) })
    }

    @Test func `item 20: the first of two equal attributes counts`() throws {
        let bytes = try build(.request, .refresh) { writer throws(STUNError) in
            try writer.write(Lifetime(seconds: 1))
            try writer.write(Lifetime(seconds: 2))
            return try writer.finish()
        }
        #expect(try value(Lifetime.self, of: bytes) == Lifetime(seconds: 1))
    }

    @Test func `attributes that may repeat are all found in order`() throws {
        let peers = ["192.0.2.1:0", "[2001:db8::1]:0", "192.0.2.2:9"].compactMap(TransportAddress.init)
        let bytes = try build(.request, .createPermission) { writer throws(STUNError) in
            for peer in peers { try writer.write(XorPeerAddress(peer)) }
            return try writer.finish(fingerprint: true)
        }
        let found = try read(bytes) { message throws(STUNError) in
            var found: [TransportAddress] = []
            var cursor = AttributeCursor()
            while let location = message.next(&cursor) {
                found.append(try message.decode(location, as: XorPeerAddress.self).address)
            }
            return found
        }
        #expect(found == peers)
    }

    @Test("item 20: padding is zero when sent", arguments: 0...4)
    func padding(_ count: Int) throws {
        let bytes = try build(.request, .binding) { writer throws(STUNError) in
            try writer.write(.data, [UInt8](repeating: 0xAA, count: count).rawSpan)
            return try writer.finish()
        }
        let value = [UInt8](repeating: 0xAA, count: count)
        #expect(bytes.count == 24 + (count + 3) / 4 * 4)
        #expect(bytes[23] == UInt8(count))
        #expect(Array(bytes.dropFirst(24)) == value + [UInt8](repeating: 0, count: -count & 3))
    }

    @Test func `item 20: padding is ignored when received`() throws {
        // The published request is padded with spaces.
        #expect(try text(.username, of: RFC5769.request.bytes) == "evtj:h6vY")
    }

    @Test(
        "item 21: text is read up to 763 bytes",
        arguments: [.username, .realm, .nonce, .software] as [AttributeType]
    )
    func textLimit(_ type: AttributeType) throws {
        for (count, isAccepted) in [(763, true), (764, false)] {
            let bytes = try build(.request, .binding) { writer throws(STUNError) in
                try writer.write(type, text: String(repeating: "x", count: count))
                return try writer.finish()
            }
            if isAccepted {
                #expect(try text(type, of: bytes)?.utf8.count == count)
            } else {
                #expect(throws: STUNError.attributeLength(type: type, length: count)) { try text(type, of: bytes) }
            }
        }
    }

    @Test func `item 25: SOFTWARE is there only when somebody writes it`() throws {
        let bytes = try build(.successResponse, .allocate) { writer throws(STUNError) in
            try writer.finish(integrity: .sha1, key: Self.key, fingerprint: true)
        }
        #expect(try read(bytes) { !$0.contains(.software) })
    }
}

/// A message with more bytes of attributes behind it.
func extended(_ message: [UInt8], by attributes: [UInt8]) -> [UInt8] {
    var bytes = message + attributes
    let length = bytes.count - 20
    bytes[2] = UInt8(length >> 8)
    bytes[3] = UInt8(length & 0xFF)
    return bytes
}
