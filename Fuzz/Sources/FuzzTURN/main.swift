import FuzzSupport
import STUN
import TURN
import Wire

guard let bench = try? Bench() else { preconditionFailure("the server's configuration is sound") }

/// A datagram of a peer that the input describes.
func peerDatagram(_ bytes: RawSpan, over fiveTuple: FiveTuple) {
    guard bytes.byteCount >= 8, let allocation = bench.server.allocation(over: fiveTuple) else { return }
    let ip = IPAddress(ipv4: bytes.loadUInt32(at: 0))
    let peer = TransportAddress(ip, port: bytes.loadUInt16(at: 4))
    let count = Int(bytes.loadUInt16(at: 6))
    var header = [UInt8](repeating: 0, count: Server.headerCapacity)
    var span = header.mutableSpan
    var memory = unsafe span.mutableBytes
    let action = bench.server.receive(
        fromPeer: peer,
        on: allocation,
        through: count & 1 == 0 ? .socket : .local,
        payloadCount: count,
        at: bench.now.monotonic,
        header: &memory
    )
    if case .encapsulate(let headerCount, let trailerCount) = action {
        precondition([4, 36, 48].contains(headerCount) && (0..<4).contains(trailerCount), "a header has a known size")
    }
}

/// The bytes as a stream: every frame is one that the parsers of messages accept the framing of.
func stream(_ bytes: RawSpan, over fiveTuple: FiveTuple) {
    var offset = 0
    while offset < bytes.byteCount {
        let rest = bytes.extracting(offset..<bytes.byteCount)
        guard case .message(let range, let consumed) = StreamFramer().next(in: rest) else { return }
        precondition(consumed > 0 && range.upperBound <= consumed, "a frame takes bytes")
        bench.receive(rest.extracting(range), over: fiveTuple)
        offset += consumed
    }
}

// The first byte says how the rest comes in, the second from where.
fuzz { bytes in
    guard bytes.byteCount >= 2 else { return }
    let fiveTuple = Bench.fiveTuple(bytes.loadUInt8(at: 1))
    let rest = bytes.extracting(2..<bytes.byteCount)
    switch bytes.loadUInt8(at: 0) % 9 {
    case 0: bench.receive(rest, over: fiveTuple)
    case 1: bench.request(.allocate, rest, over: fiveTuple)
    case 2: bench.request(.refresh, rest, over: fiveTuple)
    case 3: bench.request(.createPermission, rest, over: fiveTuple)
    case 4: bench.request(.channelBind, rest, over: fiveTuple)
    case 5: peerDatagram(rest, over: fiveTuple)
    case 6: stream(rest, over: fiveTuple)
    case 7:
        let text = String(decoding: rest.array(), as: UTF8.self)
        if let rule = try? AllowedPeer(text) {
            guard let again = try? AllowedPeer(rule.description) else { preconditionFailure("a rule is read again") }
            precondition(again == rule, "as it was written")
        }
    default:
        // Up to a quarter of an hour passes.
        let seconds = rest.byteCount > 1 ? Int64(rest.loadUInt16(at: 0) % 900) : 1
        bench.now = bench.now + .seconds(seconds)
        bench.server.advance(to: bench.now, relay: &bench.relay)
        bench.forgetNonces()
    }
}
