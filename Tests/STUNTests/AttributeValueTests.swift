import STUN
import Testing
import Wire

@Suite("STUN attribute values")
struct AttributeValueTests {
    /// The bytes are what is written, they read back as the same value, and no other length is read.
    private func check<Value: Attribute & Equatable>(
        _ attribute: Value,
        _ expected: String,
        lengths: Set<Int>? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = hex(expected)
        let bytes = try build(.request, .binding, id: RFC5769.transactionID) { writer throws(STUNError) in
            try writer.write(attribute)
            return try writer.finish()
        }
        #expect(Array(bytes.dropFirst(20)) == expected, sourceLocation: sourceLocation)
        #expect(try value(Value.self, of: bytes) == attribute, sourceLocation: sourceLocation)

        let count = Int(expected[3])
        let payload = Array(expected.dropFirst(4).prefix(count))
        let accepted = lengths ?? [count]
        for length in 0...count + 4 {
            let cut = Array((payload + [0, 0, 0, 0]).prefix(length))
            let isRead = (try? Value(decoding: cut.rawSpan, transactionID: RFC5769.transactionID)) != nil
            #expect(isRead == accepted.contains(length), "\(length) bytes", sourceLocation: sourceLocation)
        }
    }

    private static let four = TransportAddress(IPAddress(ipv4: 192, 0, 2, 1), port: 32853)
    private static let six = TransportAddress(
        IPAddress(ipv6High: 0x2001_0DB8_1234_5678, low: 0x0011_2233_4455_6677),
        port: 32853
    )
    private static let xorFour = "0001a147 e112a643"
    private static let xorSix = "0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"

    @Test func `XOR-MAPPED-ADDRESS`() throws {
        try check(XorMappedAddress(Self.four), "0020 0008" + Self.xorFour)
        try check(XorMappedAddress(Self.six), "0020 0014" + Self.xorSix)
    }

    @Test func `XOR-PEER-ADDRESS`() throws {
        try check(XorPeerAddress(Self.four), "0012 0008" + Self.xorFour)
        try check(XorPeerAddress(Self.six), "0012 0014" + Self.xorSix)
    }

    @Test func `XOR-RELAYED-ADDRESS`() throws {
        try check(XorRelayedAddress(Self.four), "0016 0008" + Self.xorFour)
        try check(XorRelayedAddress(Self.six), "0016 0014" + Self.xorSix)
    }

    @Test func `MAPPED-ADDRESS`() throws {
        try check(MappedAddress(Self.four), "0001 0008 00018055 c0000201")
        try check(MappedAddress(Self.six), "0001 0014 00028055 20010db8 12345678 00112233 44556677")
    }

    @Test func `ALTERNATE-SERVER`() throws {
        try check(AlternateServer(Self.four), "8023 0008 00018055 c0000201")
    }

    @Test func `an address of an unknown family is refused and its first byte is ignored`() throws {
        #expect(throws: STUNError.attributeValue(type: .mappedAddress, value: 3)) {
            try MappedAddress(decoding: hex("00030000 00000000").rawSpan, transactionID: RFC5769.transactionID)
        }
        let address = try MappedAddress(
            decoding: hex("ff018055 c0000201").rawSpan,
            transactionID: RFC5769.transactionID
        )
        #expect(address.address == Self.four)
    }

    @Test func `ERROR-CODE`() throws {
        // A reason may follow, so longer values are read too.
        try check(ErrorCode.staleNonce, "0009 0004 00000426", lengths: [4, 5, 6, 7, 8])
        try check(ErrorCode.tryAlternate, "0009 0004 00000300", lengths: [4, 5, 6, 7, 8])
        try check(try #require(ErrorCode(699)), "0009 0004 00000663", lengths: [4, 5, 6, 7, 8])
    }

    @Test func `ERROR-CODE carries a reason`() throws {
        let bytes = try build(.errorResponse, .allocate) { writer throws(STUNError) in
            try writer.write(.forbidden, reason: "Nobody")
            return try writer.finish()
        }
        #expect(Array(bytes.dropFirst(20)) == hex("0009 000a 00000403 4e6f626f 6479 0000"))
        #expect(try value(ErrorCode.self, of: bytes) == .forbidden)
        #expect(try read(bytes) { $0.errorReason?.array() } == Array("Nobody".utf8))
        let without = try build(.request, .binding) { writer throws(STUNError) in try writer.finish() }
        #expect(try read(without) { $0.errorReason == nil })
    }

    @Test(
        "item 22: class 3 to 6 and number 0 to 99",
        arguments: [
            "00000200", "00000700", "00000000", "00000364", "000003ff",
        ]
    )
    func badErrorCodes(_ value: String) {
        #expect(throws: STUNError.self) {
            try ErrorCode(decoding: hex(value).rawSpan, transactionID: RFC5769.transactionID)
        }
    }

    @Test func `item 22: reserved bits of ERROR-CODE are ignored, and codes outside are not made`() throws {
        let code = try ErrorCode(decoding: hex("fffffc01").rawSpan, transactionID: RFC5769.transactionID)
        #expect(code.code == 401)
        #expect(ErrorCode(299) == nil)
        #expect(ErrorCode(700) == nil)
        #expect(ErrorCode(300) == .tryAlternate)
    }

    @Test func `ADDRESS-ERROR-CODE`() throws {
        try check(
            AddressErrorCode(.ipv6, .addressFamilyNotSupported),
            "8001 0004 02000428",
            lengths: [4, 5, 6, 7, 8]
        )
    }

    @Test func `UNKNOWN-ATTRIBUTES`() throws {
        var unknown = UnknownAttributes()
        unknown.append(.dontFragment)
        unknown.append(AttributeType(rawValue: 0x7FFF))
        unknown.append(.dontFragment)
        let bytes = try build(.errorResponse, .allocate) { writer throws(STUNError) in
            try writer.write(unknown)
            return try writer.finish()
        }
        #expect(Array(bytes.dropFirst(20)) == hex("000a 0004 001a 7fff"))
        let found = try #require(try value(UnknownAttributes.self, of: bytes))
        #expect(found.count == 2)
        #expect(found[0] == .dontFragment)
        #expect(found[1].rawValue == 0x7FFF)
        #expect(throws: STUNError.attributeLength(type: .unknownAttributes, length: 3)) {
            try UnknownAttributes(decoding: [0, 1, 2].rawSpan, transactionID: RFC5769.transactionID)
        }
    }

    @Test func `PASSWORD-ALGORITHM`() throws {
        try check(PasswordAlgorithm.sha256, "001d 0004 00020000")
        try check(PasswordAlgorithm.md5, "001d 0004 00010000")
        // With parameters, padded and not, it is none that we know.
        for parameters in ["00020003 01020300", "00020003 010203"] {
            let algorithm = try PasswordAlgorithm(
                decoding: hex(parameters).rawSpan,
                transactionID: RFC5769.transactionID
            )
            #expect(algorithm == .unknown)
            #expect(!algorithm.isSupported)
        }
        #expect(throws: STUNError.attributeLength(type: .passwordAlgorithm, length: 4)) {
            try PasswordAlgorithm(decoding: hex("0002ffff").rawSpan, transactionID: RFC5769.transactionID)
        }
    }

    @Test func `items 9 and 11: PASSWORD-ALGORITHMS of two algorithms takes twelve bytes and compares`() throws {
        try check(PasswordAlgorithms.supported, "8002 0008 00020000 00010000", lengths: [4, 8, 12])
        var other = PasswordAlgorithms()
        other.append(.md5)
        other.append(.sha256)
        #expect(other != .supported)
        #expect(PasswordAlgorithms.supported.preferred == .sha256)
        #expect(other.preferred == .md5)
        #expect(other.contains(.sha256))
        #expect(throws: STUNError.attributeLength(type: .passwordAlgorithms, length: 20)) {
            try PasswordAlgorithms(
                decoding: [UInt8](repeating: 0, count: 20).rawSpan,
                transactionID: RFC5769.transactionID
            )
        }
        let strange = try PasswordAlgorithms(
            decoding: hex("77770001 aa000000 00010000").rawSpan,
            transactionID: RFC5769.transactionID
        )
        #expect(strange.count == 2)
        #expect(strange.preferred == .md5)
    }

    @Test func `USERHASH`() throws {
        try check(
            UserHash(username: RFC8489.username, realm: RFC8489.realm),
            "001e 0020 4a3cf38f ef6992bd a952c678 0417da0f 24819415 569e60b2 05c46e41 407f1704"
        )
    }

    @Test func `LIFETIME`() throws {
        try check(Lifetime(seconds: 3600), "000d 0004 00000e10")
        try check(Lifetime(seconds: .max), "000d 0004 ffffffff")
    }

    @Test func `CHANNEL-NUMBER`() throws {
        try check(ChannelNumber(rawValue: 0x4001), "000c 0004 40010000")
        #expect(ChannelNumber(rawValue: 0x4000).isValid)
        #expect(ChannelNumber(rawValue: 0x4FFF).isValid)
        #expect(!ChannelNumber(rawValue: 0x5000).isValid)
        #expect(!ChannelNumber(rawValue: 0x3FFF).isValid)
    }

    @Test func `REQUESTED-TRANSPORT`() throws {
        try check(RequestedTransport(protocolNumber: 17), "0019 0004 11000000")
    }

    @Test func `REQUESTED-ADDRESS-FAMILY and ADDITIONAL-ADDRESS-FAMILY`() throws {
        try check(RequestedAddressFamily(.ipv6), "0017 0004 02000000")
        try check(RequestedAddressFamily(AddressFamily(rawValue: 9)), "0017 0004 09000000")
        try check(AdditionalAddressFamily(.ipv6), "8000 0004 02000000")
        #expect(AddressFamily(rawValue: 9).ip == nil)
        #expect(AddressFamily(.ipv6).ip == .ipv6)
        #expect(AddressFamily(.ipv4).ip == .ipv4)
    }

    @Test func `EVEN-PORT`() throws {
        try check(EvenPort(reservesNext: true), "0018 0001 80000000")
        try check(EvenPort(reservesNext: false), "0018 0001 00000000")
        let seven = try EvenPort(decoding: [0x7F].rawSpan, transactionID: RFC5769.transactionID)
        #expect(!seven.reservesNext)
    }

    @Test func `RESERVATION-TOKEN`() throws {
        try check(ReservationToken(0x0102_0304_0506_0708), "0022 0008 01020304 05060708")
    }

    @Test func `DONT-FRAGMENT and USE-CANDIDATE`() throws {
        let bytes = try build(.request, .binding) { writer throws(STUNError) in
            try writer.write(flag: .dontFragment)
            try writer.write(flag: .useCandidate)
            return try writer.finish()
        }
        #expect(Array(bytes.dropFirst(20)) == hex("001a 0000 0025 0000"))
        #expect(try read(bytes) { $0.contains(.useCandidate) && $0.contains(.dontFragment) })
    }

    @Test func `DATA may be empty`() throws {
        let bytes = try build(.indication, .send) { writer throws(STUNError) in
            try writer.write(flag: .data)
            return try writer.finish()
        }
        #expect(Array(bytes.dropFirst(20)) == hex("0013 0000"))
        #expect(try read(bytes) { $0.first(.data)?.byteCount } == 0)
    }

    @Test func `ICMP with seven bits of type and nine of code`() throws {
        try check(ICMP(type: 3, code: 4, errorData: 1280), "8004 0008 00000604 00000500")
        try check(ICMP(type: 127, code: 511, errorData: .max), "8004 0008 0000ffff ffffffff")
    }

    @Test func `PRIORITY`() throws {
        try check(Priority(0x6E00_01FF), "0024 0004 6e0001ff")
    }

    @Test func `ICE-CONTROLLED and ICE-CONTROLLING`() throws {
        try check(IceControlled(tieBreaker: 0x932F_F9B1_5126_3B36), "8029 0008 932ff9b1 51263b36")
        try check(IceControlling(tieBreaker: 1), "802a 0008 00000000 00000001")
    }
}
