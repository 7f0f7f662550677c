import RTP
import SFU
import Wire

/// A packet in parts, for building and for looking at.
struct TestPacket: Equatable {
    var payloadType: UInt8 = 96
    var marker = false
    var sequenceNumber: UInt16 = 0
    var timestamp: UInt32 = 0
    var ssrc: UInt32 = 0x1000
    var csrcs: [UInt32] = []
    /// Ids and values, in order.
    var extensions: [TestExtension] = []
    var payload: [UInt8] = []
    /// The number of padding bytes.
    var padding: UInt8 = 0
    var isTwoByte = false

    struct TestExtension: Equatable {
        var id: UInt8
        var value: [UInt8]
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(0x80 | (padding > 0 ? 0x20 : 0) | (extensions.isEmpty ? 0 : 0x10) | UInt8(csrcs.count))
        bytes.append(payloadType | (marker ? 0x80 : 0))
        bytes.append(bigEndian: sequenceNumber)
        bytes.append(bigEndian: timestamp)
        bytes.append(bigEndian: ssrc)
        for csrc in csrcs { bytes.append(bigEndian: csrc) }
        if !extensions.isEmpty {
            var block: [UInt8] = []
            for element in extensions {
                if isTwoByte {
                    block += [element.id, UInt8(element.value.count)]
                } else {
                    block.append(element.id << 4 | UInt8(element.value.count - 1))
                }
                block += element.value
            }
            while block.count % 4 != 0 { block.append(0) }
            bytes.append(bigEndian: isTwoByte ? 0x1000 : 0xBEDE as UInt16)
            bytes.append(bigEndian: UInt16(block.count / 4))
            bytes += block
        }
        bytes += payload
        if padding > 0 { bytes += [UInt8](repeating: 0, count: Int(padding) - 1) + [padding] }
        return bytes
    }

    init() {}

    /// Reads a packet; nil if it is broken.
    init?(_ bytes: [UInt8]) {
        guard let header = try? RTPHeader(parsing: bytes.rawSpan),
            let range = try? header.payloadRange(in: bytes.rawSpan)
        else { return nil }
        payloadType = header.payloadType.rawValue
        marker = header.marker
        sequenceNumber = header.sequenceNumber.rawValue
        timestamp = header.timestamp.rawValue
        ssrc = header.ssrc.rawValue
        for index in 0..<header.csrcCount {
            if let csrc = header.csrc(index, in: bytes.rawSpan) { csrcs.append(csrc.rawValue) }
        }
        payload = Array(bytes[range])
        padding = UInt8(bytes.count - range.upperBound)
        var reader = HeaderExtensionReader(header)
        isTwoByte = reader.form == .twoByte
        while let element = try? reader.next(in: bytes.rawSpan) {
            extensions.append(TestExtension(id: element.id.rawValue, value: Array(bytes[element.range])))
        }
    }

    func value(_ id: UInt8) -> [UInt8]? { extensions.first { $0.id == id }?.value }
}

/// Payloads as VP8 encoders make them.
func vp8(
    pictureID: UInt16? = nil,
    isWide: Bool = true,
    tl0: UInt8? = nil,
    keyIndex: UInt8? = nil,
    isKeyFrame: Bool = false,
    isStart: Bool = true,
    data: [UInt8] = [0xAA, 0xBB]
) -> [UInt8] {
    var descriptor = VP8Descriptor()
    descriptor.startsPartition = isStart
    descriptor.pictureID = pictureID.map { VP8Descriptor.PictureID($0, isWide: isWide) }
    descriptor.tl0PictureIndex = tl0
    if tl0 != nil { descriptor.temporalLayer = 0 }
    descriptor.keyIndex = keyIndex
    var bytes = [UInt8](repeating: 0, count: 8)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    let count = (try? descriptor.write(to: &raw)) ?? 0
    return Array(bytes[0..<count]) + [isKeyFrame ? 0x00 : 0x01] + data
}

extension [UInt8] {
    /// A message written by one of the writers of RTCP.
    static func control(_ write: (inout MutableRawSpan) throws -> Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1400)
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        let count = (try? write(&raw)) ?? 0
        return Array(bytes[0..<count])
    }

    static func senderReport(_ ssrc: UInt32, ntp: UInt64, timestamp: UInt32) -> [UInt8] {
        control {
            try SenderReport(
                sender: SSRC(ssrc),
                ntp: NTPTimestamp(ntp),
                timestamp: RTPTimestamp(timestamp),
                packetCount: 1,
                octetCount: 1
            ).write(to: &$0)
        }
    }

    static func pictureLoss(_ media: UInt32) -> [UInt8] {
        control { try PictureLossIndication(sender: SSRC(1), media: SSRC(media)).write(to: &$0) }
    }

    static func nack(_ media: UInt32, _ numbers: [UInt16]) -> [UInt8] {
        let lost = numbers.map { SequenceNumber($0) }
        return control { try GenericNACK.write(lost.span, sender: SSRC(1), media: SSRC(media), to: &$0).length }
    }

    static func receiverReport(_ blocks: [ReportBlock]) -> [UInt8] {
        control { try ReceiverReport(sender: SSRC(1)).write(blocks: blocks.span, to: &$0) }
    }
}

/// An RTCP packet taken apart.
struct TestControl {
    var messages: [(type: UInt8, format: UInt8, bytes: [UInt8])] = []

    init(_ bytes: [UInt8]) {
        var reader = RTCPReader()
        while let message = try? reader.next(in: bytes.rawSpan) {
            messages.append((message.header.packetType.rawValue, message.header.format, Array(bytes[message.range])))
        }
    }

    func bytes(_ type: RTCPPacketType, _ format: UInt8? = nil) -> [UInt8]? {
        messages.first { $0.type == type.rawValue && (format == nil || $0.format == format) }?.bytes
    }

    var pictureLoss: PictureLossIndication? {
        bytes(.payloadFeedback, PictureLossIndication.format).flatMap {
            try? PictureLossIndication(parsing: $0.rawSpan)
        }
    }

    var senderReport: SenderReport? {
        bytes(.senderReport).flatMap { try? SenderReport(parsing: $0.rawSpan) }
    }

    var lost: [UInt16] {
        guard let bytes = bytes(.transportFeedback, GenericNACK.format),
            var nack = try? GenericNACK(parsing: bytes.rawSpan)
        else { return [] }
        var numbers: [UInt16] = []
        while let number = nack.next(in: bytes.rawSpan) { numbers.append(number.rawValue) }
        return numbers
    }
}
