import RTP
import Wire

/// A camera with an encoder that everybody can look into: each packet says which frame of which layer it belongs to.
final class SyntheticPublisher {
    struct Layer {
        var ssrc: UInt32
        var rid: String?
        var packetsPerFrame: Int
        var sequenceNumber: UInt16
        var timestampBase: UInt32
        var pictureID: UInt16
        var retransmissionNumber: UInt16 = 7
        var frame: UInt32 = 0
        var wantsKeyFrame = true
        var isActive = true
        var tl0: UInt8 = 0
        /// NTP seconds at which the timestamp was `timestampBase`.
        var isWide = true
    }

    var layers: [Layer]
    let framesPerSecond = 30
    var mid = "v"
    private var history: [UInt32: [UInt16: TestPacket]] = [:]
    private var transportNumber: UInt16 = 0xFF00
    private(set) var keyFrameCount = 0
    private(set) var nackedCount = 0
    private(set) var retransmittedCount = 0
    private(set) var feedbackCount = 0
    private(set) var reports: [ReportBlock] = []

    init(layers: [Layer]) {
        self.layers = layers
    }

    private func timestamp(_ layer: Layer, at now: MonotonicTime) -> UInt32 {
        layer.timestampBase &+ UInt32(truncatingIfNeeded: now.nanoseconds / 1000 * 9 / 100)
    }

    /// The packets of one frame of every layer.
    func frame(at now: MonotonicTime) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        for index in layers.indices where layers[index].isActive {
            let isKeyFrame = layers[index].wantsKeyFrame
            layers[index].wantsKeyFrame = false
            if isKeyFrame { keyFrameCount += 1 }
            layers[index].tl0 &+= 1
            let count = isKeyFrame ? layers[index].packetsPerFrame * 3 : layers[index].packetsPerFrame
            for part in 0..<count {
                var packet = TestPacket()
                packet.ssrc = layers[index].ssrc
                packet.sequenceNumber = layers[index].sequenceNumber
                packet.timestamp = timestamp(layers[index], at: now)
                packet.marker = part == count - 1
                var data: [UInt8] = [UInt8(index)]
                data.append(bigEndian: layers[index].frame)
                data += [UInt8(part), UInt8(count), isKeyFrame ? 1 : 0]
                data += [UInt8](repeating: UInt8(part), count: 20 + part)
                packet.payload = vp8(
                    pictureID: layers[index].pictureID,
                    isWide: layers[index].isWide,
                    tl0: layers[index].tl0,
                    isKeyFrame: isKeyFrame && part == 0,
                    isStart: part == 0,
                    data: data
                )
                history[packet.ssrc, default: [:]][packet.sequenceNumber] = packet
                layers[index].sequenceNumber &+= 1
                packets.append(finish(packet, layers[index]))
            }
            layers[index].frame += 1
            layers[index].pictureID = (layers[index].pictureID &+ 1) & (layers[index].isWide ? 0x7FFF : 0x7F)
        }
        return packets
    }

    private func finish(_ packet: TestPacket, _ layer: Layer, isRetransmission: Bool = false) -> [UInt8] {
        var packet = packet
        var number: [UInt8] = []
        number.append(bigEndian: transportNumber)
        transportNumber &+= 1
        packet.extensions = [
            .init(id: Sample.transportID, value: number), .init(id: Sample.midID, value: Array(mid.utf8)),
        ]
        if let rid = layer.rid {
            packet.extensions.append(
                .init(id: isRetransmission ? Sample.repairedRIDID : Sample.ridID, value: Array(rid.utf8))
            )
        }
        return packet.bytes
    }

    func senderReports(at now: MonotonicTime) -> [[UInt8]] {
        layers.filter { $0.isActive && $0.frame > 0 }.map {
            .senderReport($0.ssrc, ntp: 0xE000_0000_0000_0000 &+ ntp(now), timestamp: timestamp($0, at: now))
        }
    }

    private func ntp(_ now: MonotonicTime) -> UInt64 {
        (now.nanoseconds / 1_000_000_000) << 32 | (now.nanoseconds % 1_000_000_000) << 32 / 1_000_000_000
    }

    /// Takes RTCP of the server.
    ///
    /// - Returns: Retransmissions.
    func receiveControl(_ bytes: [UInt8]) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        for message in TestControl(bytes).messages {
            let span = message.bytes
            switch (message.type, message.format) {
            case (206, 1):
                guard let request = try? PictureLossIndication(parsing: span.rawSpan) else { continue }
                for index in layers.indices where layers[index].ssrc == request.media.rawValue {
                    layers[index].wantsKeyFrame = true
                }
            case (205, 1):
                guard var request = try? GenericNACK(parsing: span.rawSpan) else { continue }
                while let number = request.next(in: span.rawSpan) {
                    nackedCount += 1
                    guard let index = layers.firstIndex(where: { $0.ssrc == request.media.rawValue }),
                        var packet = history[request.media.rawValue]?[number.rawValue]
                    else { continue }
                    var payload: [UInt8] = []
                    payload.append(bigEndian: number.rawValue)
                    packet.payload = payload + packet.payload
                    packet.ssrc = layers[index].ssrc + 1
                    packet.payloadType = 97
                    packet.sequenceNumber = layers[index].retransmissionNumber
                    layers[index].retransmissionNumber &+= 1
                    retransmittedCount += 1
                    packets.append(finish(packet, layers[index], isRetransmission: true))
                }
            case (205, 15): feedbackCount += 1
            case (201, _):
                guard let report = try? ReceiverReport(parsing: span.rawSpan) else { continue }
                for index in 0..<report.blockCount {
                    if let block = report.block(index, in: span.rawSpan) { reports.append(block) }
                }
            default: break
            }
        }
        return packets
    }
}
