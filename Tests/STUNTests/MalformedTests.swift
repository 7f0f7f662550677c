import STUN
import Testing
import Wire

@Suite("Malformed STUN")
struct MalformedTests {
    private static let messages = RFC5769.all + [RFC8489.corrected, everyAttribute]

    /// One message with one of everything.
    private static let everyAttribute: Vector = {
        let bytes =
            (try? build(.errorResponse, .allocate) { writer throws(STUNError) in
                let four = TransportAddress(IPAddress(ipv4: 192, 0, 2, 1), port: 1)
                let six = TransportAddress(IPAddress(ipv6High: 1, low: 2), port: 3)
                var unknown = UnknownAttributes()
                unknown.append(.dontFragment)
                try writer.write(MappedAddress(four))
                try writer.write(XorMappedAddress(six))
                try writer.write(XorPeerAddress(four))
                try writer.write(XorRelayedAddress(six))
                try writer.write(AlternateServer(four))
                try writer.write(.forbidden, reason: "why")
                try writer.write(AddressErrorCode(.ipv6, .insufficientCapacity))
                try writer.write(unknown)
                try writer.write(PasswordAlgorithms.supported)
                try writer.write(PasswordAlgorithm.md5)
                try writer.write(UserHash(username: "u", realm: "r"))
                try writer.write(Lifetime(seconds: 600))
                try writer.write(ChannelNumber(rawValue: 0x4000))
                try writer.write(RequestedTransport(protocolNumber: 17))
                try writer.write(RequestedAddressFamily(.ipv4))
                try writer.write(AdditionalAddressFamily(.ipv6))
                try writer.write(EvenPort(reservesNext: true))
                try writer.write(ReservationToken(5))
                try writer.write(ICMP(type: 3, code: 1, errorData: 0))
                try writer.write(Priority(1))
                try writer.write(IceControlled(tieBreaker: 1))
                try writer.write(IceControlling(tieBreaker: 2))
                try writer.write(.nonce, text: RFC8489.nonce)
                try writer.write(.data, [1, 2, 3].rawSpan)
                return try writer.finish(
                    integrity: .sha256,
                    key: IntegrityKey([1].rawSpan, preparedFor: .sha256),
                    fingerprint: true
                )
            }) ?? []
        return Vector(section: "every attribute", bytes: bytes)
    }()

    @Test("every truncation throws", arguments: messages)
    func truncations(_ vector: Vector) {
        #expect(parseError(vector.bytes) == nil)
        for count in 0..<vector.bytes.count where parseError(Array(vector.bytes.prefix(count))) == nil {
            Issue.record("\(count) bytes are read as a message")
        }
    }

    @Test("mutations are read or refused, and never trap", arguments: Array(messages.enumerated()))
    func mutations(_ index: Int, _ vector: Vector) {
        var generator = SplitMix(state: UInt64(index))
        var read = 0
        var memory = vector.bytes
        for _ in 0..<100_000 {
            let changes = 1 + Int(generator.next() % 3)
            var places = InlineArray<3, Int>(repeating: 0)
            for change in 0..<changes {
                let random = generator.next()
                places[change] = Int(random % UInt64(memory.count))
                memory[places[change]] = UInt8(truncatingIfNeeded: random >> 32)
            }
            if exercise(memory.rawSpan) { read += 1 }
            for change in 0..<changes { memory[places[change]] = vector.bytes[places[change]] }
        }
        // Most mutations hit values and leave the framing alone: the sweep must not have ended at the header.
        #expect(read > 10_000)
        #expect(memory == vector.bytes)
    }

    @Test func `random bytes behind a good header never trap`() {
        var generator = SplitMix(state: 99)
        for _ in 0..<20_000 {
            var bytes = hex("0001 0000 2112a442 00000001 00000000 00000002")
            let count = Int(generator.next() % 16) * 4
            bytes[3] = UInt8(count)
            while bytes.count < 20 + count {
                // Small types and lengths, so that some framing is right.
                bytes += [0, UInt8(truncatingIfNeeded: generator.next() & 0x3F), 0, UInt8(generator.next() & 0x0F)]
            }
            _ = exercise(bytes.rawSpan)
        }
    }
}

/// Reads whatever a server or client might read of a message.
///
/// - Returns: true when its framing was right.
func exercise(_ bytes: RawSpan) -> Bool {
    guard let message = try? MessageView(parsing: bytes) else { return false }
    _ = message.fingerprintStatus
    _ = message.integrityAlgorithm
    _ = message.unknownAttributes(known: .stun).count
    _ = message.errorReason?.byteCount
    if let nonce = message.first(.nonce) { _ = NonceCookie.features(of: nonce) }
    var cursor = AttributeCursor()
    while let location = message.next(&cursor) {
        switch location.type {
        case .mappedAddress: _ = try? message.decode(location, as: MappedAddress.self)
        case .xorMappedAddress: _ = try? message.decode(location, as: XorMappedAddress.self)
        case .xorPeerAddress: _ = try? message.decode(location, as: XorPeerAddress.self)
        case .xorRelayedAddress: _ = try? message.decode(location, as: XorRelayedAddress.self)
        case .alternateServer: _ = try? message.decode(location, as: AlternateServer.self)
        case .errorCode: _ = try? message.decode(location, as: ErrorCode.self)
        case .addressErrorCode: _ = try? message.decode(location, as: AddressErrorCode.self)
        case .unknownAttributes: _ = try? message.decode(location, as: UnknownAttributes.self)
        case .passwordAlgorithm: _ = try? message.decode(location, as: PasswordAlgorithm.self)
        case .passwordAlgorithms: _ = try? message.decode(location, as: PasswordAlgorithms.self)
        case .userHash: _ = try? message.decode(location, as: UserHash.self)
        case .lifetime: _ = try? message.decode(location, as: Lifetime.self)
        case .channelNumber: _ = try? message.decode(location, as: ChannelNumber.self)
        case .requestedTransport: _ = try? message.decode(location, as: RequestedTransport.self)
        case .requestedAddressFamily: _ = try? message.decode(location, as: RequestedAddressFamily.self)
        case .additionalAddressFamily: _ = try? message.decode(location, as: AdditionalAddressFamily.self)
        case .evenPort: _ = try? message.decode(location, as: EvenPort.self)
        case .reservationToken: _ = try? message.decode(location, as: ReservationToken.self)
        case .icmp: _ = try? message.decode(location, as: ICMP.self)
        case .priority: _ = try? message.decode(location, as: Priority.self)
        case .iceControlled: _ = try? message.decode(location, as: IceControlled.self)
        case .iceControlling: _ = try? message.decode(location, as: IceControlling.self)
        default: _ = message.value(of: location).byteCount
        }
    }
    return true
}

/// A small generator whose sequence never changes (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
