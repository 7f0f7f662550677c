import RTP
import Wire

/// How packets look on the side of a subscriber: what its session description says.
struct OutgoingFormat: Sendable {
    /// Ids by ``HeaderExtensionKind``, 0 where the subscriber does not know the extension.
    private var ids = InlineArray<16, UInt8>(repeating: 0)
    let mid: StreamIdentifier?
    let allowsTwoByteExtensions: Bool

    init(_ extensions: [HeaderExtensionMapping], mid: MID?, allowsTwoByteExtensions: Bool) {
        self.mid = mid?.identifier
        self.allowsTwoByteExtensions = allowsTwoByteExtensions
        for mapping in extensions where mapping.id.fitsOneByte || allowsTwoByteExtensions {
            ids[Int(mapping.kind.rawValue)] = mapping.id.rawValue
        }
    }

    /// The id of an extension, 0 if it is not to be sent.
    func id(_ kind: HeaderExtensionKind) -> UInt8 { ids[Int(kind.rawValue)] }

    /// The most that the header extensions of a packet take with ``IncomingPacket/elementByteCount`` of passed ones: profile and
    /// length, send time, transport number, MID, and padding.
    func maximumExtensionByteCount(_ elementByteCount: Int) -> Int {
        4 + 5 + 4 + 18 + elementByteCount + 3
    }
}

/// The fields of an outgoing packet that are not those of the incoming one.
struct OutgoingFields: Sendable, BitwiseCopyable {
    var ssrc: SSRC
    var payloadType: UInt8
    var sequenceNumber: UInt16
    var timestamp: UInt32
    var picture: PictureIdentity
    var writesMID: Bool
    /// The number of the packet on the transport, if the subscriber wants it.
    var transportSequenceNumber: UInt16?
    var sendTime: MonotonicTime
    /// Of a retransmission: the number under which the packet was sent first (RFC 4588 section 4).
    var originalSequenceNumber: UInt16?
}

/// Writes packets for subscribers: a new header, and the payload with its descriptor rewritten.
enum PacketWriter {
    /// Room for the packet: what ``write(_:from:format:fields:to:)`` may take.
    static func maximumByteCount(_ packet: IncomingPacket, format: OutgoingFormat) -> Int {
        // Two bytes for the original number of a retransmission, four for a descriptor that gets a picture id.
        RTPHeader.fixedLength + 4 * packet.csrcCount + format.maximumExtensionByteCount(packet.elementByteCount)
            + packet.payloadLength + 6
    }

    /// - Parameters:
    ///   - source: The bytes that `packet` was read from.
    ///   - bytes: At least ``maximumByteCount(_:format:)``.
    /// - Returns: The length of the packet.
    static func write(
        _ packet: IncomingPacket,
        from source: RawSpan,
        format: OutgoingFormat,
        fields: OutgoingFields,
        to bytes: inout MutableRawSpan
    ) -> Int {
        var position = RTPHeader.fixedLength
        for _ in 0..<packet.csrcCount {
            bytes.store(source.loadUInt32(at: position), at: position)
            position += 4
        }
        let end = writeExtensions(packet, from: source, format: format, fields: fields, to: &bytes, at: position)
        bytes.store(UInt8(end > position ? 0x90 : 0x80) | UInt8(packet.csrcCount & 0x0F), at: 0)
        bytes.store((packet.marker ? 0x80 : 0) | fields.payloadType & 0x7F, at: 1)
        bytes.store(fields.sequenceNumber, at: 2)
        bytes.store(fields.timestamp, at: 4)
        bytes.store(fields.ssrc.rawValue, at: 8)
        position = end
        if let original = fields.originalSequenceNumber {
            bytes.store(original, at: position)
            position += 2
        }
        let payload = source.extracting(packet.payloadOffset..<packet.payloadOffset + packet.payloadLength)
        guard fields.picture != packet.summary.picture || (packet.codec == .vp8 && !packet.summary.isPictureIDWide)
        else {
            bytes.copy(payload, to: position)
            return position + payload.byteCount
        }
        return position + writePayload(payload, packet: packet, picture: fields.picture, to: &bytes, at: position)
    }

    /// Elements with values of our own come first, so that their places depend on the subscriber alone.
    private static func writeExtensions(
        _ packet: IncomingPacket,
        from source: RawSpan,
        format: OutgoingFormat,
        fields: OutgoingFields,
        to bytes: inout MutableRawSpan,
        at start: Int
    ) -> Int {
        var usesTwoBytes = false
        if format.allowsTwoByteExtensions {
            usesTwoBytes = format.id(.absoluteSendTime) > 14 || format.id(.transportSequenceNumber) > 14
            if fields.writesMID, format.id(.mid) > 14 { usesTwoBytes = true }
            for index in 0..<packet.elementCount {
                let element = packet.elements[index]
                let id = format.id(element.kind)
                if id != 0, id > 14 || element.length == 0 || element.length > 16 { usesTwoBytes = true }
            }
        }
        let form: HeaderExtensionForm = usesTwoBytes ? .twoByte : .oneByte
        var position = start + 4

        let sendTimeID = format.id(.absoluteSendTime)
        if sendTimeID != 0 {
            position = open(sendTimeID, 3, form, in: &bytes, at: position)
            AbsoluteSendTime(fields.sendTime).store(in: &bytes, at: position)
            position += 3
        }
        let transportID = format.id(.transportSequenceNumber)
        if transportID != 0, let number = fields.transportSequenceNumber {
            position = open(transportID, 2, form, in: &bytes, at: position)
            bytes.store(number, at: position)
            position += 2
        }
        let midID = format.id(.mid)
        if fields.writesMID, midID != 0, let mid = format.mid {
            position = open(midID, Int(mid.count), form, in: &bytes, at: position)
            MID(mid).store(in: &bytes, at: position)
            position += Int(mid.count)
        }
        for index in 0..<packet.elementCount {
            let element = packet.elements[index]
            let id = format.id(element.kind)
            let length = Int(element.length)
            guard id != 0, form == .twoByte || (1...16).contains(length) else { continue }
            position = open(id, length, form, in: &bytes, at: position)
            let offset = Int(element.offset)
            bytes.copy(source.extracting(offset..<offset + length), to: position)
            position += length
        }
        guard position > start + 4 else { return start }
        while (position - start) & 3 != 0 {
            bytes.store(UInt8(0), at: position)
            position += 1
        }
        bytes.store(form.profile, at: start)
        bytes.store(UInt16(truncatingIfNeeded: (position - start - 4) / 4), at: start + 2)
        return position
    }

    /// - Returns: Where the value of the element goes.
    @inline(__always)
    private static func open(
        _ id: UInt8,
        _ length: Int,
        _ form: HeaderExtensionForm,
        in bytes: inout MutableRawSpan,
        at position: Int
    ) -> Int {
        switch form {
        case .oneByte: bytes.store(id << 4 | UInt8(truncatingIfNeeded: length - 1), at: position)
        case .twoByte:
            bytes.store(id, at: position)
            bytes.store(UInt8(truncatingIfNeeded: length), at: position + 1)
        }
        return position + form.elementHeaderLength
    }

    /// Writes a payload whose descriptor gets other numbers.
    ///
    /// - Returns: Its length.
    private static func writePayload(
        _ payload: RawSpan,
        packet: IncomingPacket,
        picture: PictureIdentity,
        to bytes: inout MutableRawSpan,
        at position: Int
    ) -> Int {
        switch packet.codec {
        case .vp8:
            guard
                var descriptor = try? VP8Descriptor(parsing: payload),
                let length = try? VP8Descriptor.length(of: payload)
            else { break }
            if picture.hasPictureID {
                // Always 15 bits: a source that changes the width is no concern of the subscriber.
                descriptor.pictureID = VP8Descriptor.PictureID(picture.pictureID, isWide: true)
            }
            if picture.hasTL0PictureIndex { descriptor.tl0PictureIndex = picture.tl0PictureIndex }
            if picture.hasKeyIndex { descriptor.keyIndex = picture.keyIndex }
            guard let written = try? descriptor.write(to: &bytes, at: position) else { break }
            bytes.copy(payload.extracting(length..<payload.byteCount), to: position + written)
            return written + payload.byteCount - length
        case .vp9:
            guard let descriptor = try? VP9Descriptor(parsing: payload) else { break }
            bytes.copy(payload, to: position)
            descriptor.rewrite(
                pictureID: picture.hasPictureID ? picture.pictureID : nil,
                tl0PictureIndex: picture.hasTL0PictureIndex ? picture.tl0PictureIndex : nil,
                in: &bytes,
                at: position
            )
            return payload.byteCount
        default: break
        }
        bytes.copy(payload, to: position)
        return payload.byteCount
    }
}
