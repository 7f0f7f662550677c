import RTP
import Wire

/// An Opus frame of 20 ms in which nothing is to be heard (RFC 6716 section 3.1: configuration 31, one stereo frame).
private let silence: InlineArray<3, UInt8> = [0xFC, 0xFF, 0xFE]

extension Router {
    /// Sends a frame of silence behind the audio that a paused subscription got.
    mutating func sendSilence<Sink: PacketSink & ~Copyable>(to index: Int, at now: MonotonicTime, sink: inout Sink) {
        subscriptions[index].silenceFrames -= 1
        subscriptions[index].nextSilence =
            subscriptions[index].silenceFrames > 0 ? now + Limits.silenceFrameInterval : .distantFuture
        let publication = subscriptions[index].publication
        let owner = subscriptions[index].owner
        guard let codec = publications[publication].codecs.firstIndex(where: { $0.codec == .opus }),
            let payloadType = subscriptions[index].payloadType(
                for: publications[publication].codecs[codec].payloadType.rawValue
            )
        else { return }
        let clockRate = publications[publication].codecs[codec].clockRate
        let ticks = TimestampRewriter.ticks(Limits.silenceFrameInterval, clockRate: clockRate)
        let number = subscriptions[index].sequence.insert()
        let wantsNumber = subscriptions[index].format.id(.transportSequenceNumber) != 0
        let fields = OutgoingFields(
            ssrc: subscriptions[index].ssrc,
            payloadType: payloadType,
            sequenceNumber: UInt16(truncatingIfNeeded: number),
            timestamp: subscriptions[index].timestamps.insert(ticks: UInt32(truncatingIfNeeded: ticks), at: now),
            picture: PictureIdentity(),
            writesMID: subscriptions[index].alwaysSendsMID || !subscriptions[index].isAcknowledged,
            transportSequenceNumber: wantsNumber ? participants[owner].takeTransportSequenceNumber() : nil,
            sendTime: now,
            originalSequenceNumber: nil
        )
        var packet = IncomingPacket()
        packet.codec = .opus
        packet.payloadLength = silence.count
        let byteCount = Self.send(
            packet,
            unsafe silence.span.bytes,
            fields,
            outgoing(fields, to: index),
            format: subscriptions[index].format,
            sink: &sink
        )
        guard count(byteCount) else { return }
        subscriptions[index].packetCount &+= 1
        subscriptions[index].octetCount &+= UInt32(packet.payloadLength)
    }
}
