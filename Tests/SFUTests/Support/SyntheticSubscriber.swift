import RTP
import Testing
import Wire

/// A viewer with a jitter buffer and a decoder that knows which frames it needs.
final class SyntheticSubscriber {
    struct Frame: Equatable {
        var layer: UInt8
        var number: UInt32
        var isKeyFrame: Bool
        var timestamp: UInt32
        var pictureID: UInt16
        var at: MonotonicTime
    }

    let ssrc: UInt32
    private(set) var received: [Int64: TestPacket] = [:]
    private var firstSeen: [Int64: MonotonicTime] = [:]
    private var unwrapper = SequenceNumberUnwrapper()
    private var nacked: [Int64: (at: MonotonicTime, count: Int)] = [:]
    /// The next packet for the decoder.
    private var next: Int64?
    private var lastProgress = MonotonicTime.zero
    private var lastRequest = MonotonicTime.zero
    private var assembling: [TestPacket] = []
    private(set) var frames: [Frame] = []
    private(set) var undecodable = 0
    private(set) var skipped = 0
    private(set) var pictureLossCount = 0
    private(set) var nackCount = 0
    private(set) var retransmissionCount = 0
    private(set) var complaints: [String] = []
    private(set) var senderReports: [SenderReport] = []
    private var lastReportAt = MonotonicTime.zero
    private(set) var goodbyes = 0
    private var isBroken = true

    init(ssrc: UInt32) {
        self.ssrc = ssrc
    }

    var firstNumber: Int64? { received.keys.min() }
    var lastNumber: Int64? { received.keys.max() }

    /// Numbers between the first and the last that never came.
    var holes: [Int64] {
        guard let firstNumber, let lastNumber else { return [] }
        return (firstNumber...lastNumber).filter { received[$0] == nil }
    }

    func receive(_ bytes: [UInt8], at now: MonotonicTime) {
        guard var packet = TestPacket(bytes) else {
            complaints.append("broken packet")
            return
        }
        packet.extensions = []
        let isRetransmission = packet.ssrc == ssrc + 1
        if isRetransmission {
            guard packet.payload.count >= 2, packet.payloadType == 121 else {
                complaints.append("broken retransmission")
                return
            }
            retransmissionCount += 1
            packet.sequenceNumber = UInt16(packet.payload[0]) << 8 | UInt16(packet.payload[1])
            packet.payload.removeFirst(2)
            packet.ssrc = ssrc
            packet.payloadType = 120
        }
        guard packet.ssrc == ssrc, packet.payloadType == 120 else {
            complaints.append("stream \(packet.ssrc) with payload type \(packet.payloadType)")
            return
        }
        let number = unwrapper.unwrap(SequenceNumber(packet.sequenceNumber)).rawValue
        if let other = received[number] {
            if other != packet { complaints.append("two packets with number \(number)") }
            return
        }
        received[number] = packet
        firstSeen[number] = now
        if next == nil {
            next = number
            lastProgress = now
        }
        if number < next ?? number, frames.isEmpty, assembling.isEmpty { next = number }
        decode(at: now)
    }

    private func decode(at now: MonotonicTime) {
        while let number = next {
            if let packet = received[number] {
                next = number + 1
                lastProgress = now
                take(packet, at: now)
            } else if let highest = unwrapper.newest?.rawValue, highest > number,
                now - lastProgress > .milliseconds(600)
            {
                // Given up.
                next = number + 1
                skipped += 1
                assembling = []
            } else {
                return
            }
        }
    }

    private func take(_ packet: TestPacket, at now: MonotonicTime) {
        if let last = assembling.last, last.timestamp != packet.timestamp { assembling = [] }
        assembling.append(packet)
        guard packet.marker else { return }
        defer { assembling = [] }
        guard let descriptor = try? VP8Descriptor(parsing: packet.payload.rawSpan),
            let first = assembling.first, let length = try? VP8Descriptor.length(of: first.payload.rawSpan)
        else {
            complaints.append("no descriptor")
            return
        }
        let data = Array(first.payload[(length + 1)...])
        guard data.count >= 8 else { return }
        let count = Int(data[6])
        let frame = Frame(
            layer: data[0],
            number: data[1..<5].reduce(0) { $0 << 8 | UInt32($1) },
            isKeyFrame: data[7] == 1,
            timestamp: packet.timestamp,
            pictureID: descriptor.pictureID?.rawValue ?? 0xFFFF,
            at: now
        )
        guard assembling.count == count, data[5] == 0 else {
            undecodable += 1
            isBroken = true
            return
        }
        if frame.isKeyFrame {
            isBroken = false
        } else if let last = frames.last, !isBroken, last.layer == frame.layer, last.number + 1 == frame.number {
            // Goes on from the frame before.
        } else {
            undecodable += 1
            isBroken = true
            return
        }
        if let last = frames.last, Int32(bitPattern: frame.timestamp &- last.timestamp) <= 0 {
            complaints.append("timestamp \(frame.timestamp) behind \(last.timestamp)")
        }
        frames.append(frame)
    }

    /// What the viewer sends now and then: requests for packets and for key frames, a report.
    func feedback(at now: MonotonicTime) -> [[UInt8]] {
        decode(at: now)
        var messages: [[UInt8]] = []
        if let next, let highest = unwrapper.newest?.rawValue, highest > next {
            var numbers: [UInt16] = []
            for number in next..<highest where received[number] == nil {
                let state = nacked[number]
                guard (state?.count ?? 0) < 6, state.map({ now - $0.at > .milliseconds(80) }) ?? true else { continue }
                nacked[number] = (now, (state?.count ?? 0) + 1)
                numbers.append(UInt16(truncatingIfNeeded: number))
            }
            if !numbers.isEmpty {
                nackCount += numbers.count
                messages.append(.nack(ssrc, numbers))
            }
        }
        if isBroken, next != nil, now - lastRequest > .milliseconds(400) {
            lastRequest = now
            pictureLossCount += 1
            messages.append(.pictureLoss(ssrc))
        }
        return messages
    }

    func report(at now: MonotonicTime) -> [UInt8] {
        var block = ReportBlock(ssrc: SSRC(ssrc))
        if let last = senderReports.last {
            block.lastSenderReport = last.ntp.middle
            block.delaySinceLastSenderReport = UInt32((now - lastReportAt).nanoseconds << 16 / 1_000_000_000)
        }
        return .receiverReport([block, ReportBlock(ssrc: SSRC(ssrc + 1))])
    }

    func receiveControl(_ bytes: [UInt8], at now: MonotonicTime) {
        for message in TestControl(bytes).messages {
            if message.type == 200, let report = try? SenderReport(parsing: message.bytes.rawSpan),
                report.sender.rawValue == ssrc
            {
                senderReports.append(report)
                lastReportAt = now
            }
            if message.type == 203 { goodbyes += 1 }
        }
    }
}
