import RTP
import Wire

/// Every parser of the module, walked to its end: what a socket read can reach.
enum Everything {
    static func parseRTP(_ packet: RawSpan) throws(RTPError) {
        let header = try RTPHeader(parsing: packet)
        for index in -1...16 { _ = header.csrc(index, in: packet) }
        var reader = HeaderExtensionReader(header)
        while let element = try reader.next(in: packet) { parseExtension(packet.extracting(element.range)) }
        let range = try header.payloadRange(in: packet)
        parsePayload(packet.extracting(range))
    }

    static func parseExtension(_ value: RawSpan) {
        _ = try? AudioLevel(parsing: value)
        _ = try? AbsoluteSendTime(parsing: value)
        _ = try? AbsoluteCaptureTime(parsing: value)
        _ = try? TransportSequenceNumber(parsing: value)
        _ = try? PlayoutDelay(parsing: value)
        _ = try? VideoOrientation(parsing: value)
        _ = try? MID(parsing: value).description
        var structure: FrameDependencyStructure?
        _ = try? DependencyDescriptor(parsing: value, structure: &structure)
        if let structure { _ = (0..<32).map { structure.layers(ofDecodeTarget: $0)?.spatial } }
        _ = try? DependencyDescriptor(parsing: value, structure: &structure)
    }

    static func parsePayload(_ payload: RawSpan) {
        if let vp8 = try? VP8Descriptor(parsing: payload) {
            _ = vp8.startsKeyFrame(payload)
            _ = try? VP8Descriptor.length(of: payload)
        }
        if let vp9 = try? VP9Descriptor(parsing: payload), let offset = vp9.structureOffset {
            let structure = try? VP9ScalabilityStructure(parsing: payload, at: offset)
            for layer in -1..<9 { _ = structure?.resolution(layer, in: payload) }
        }
        _ = try? H264Payload(parsing: payload).startsKeyFrame
        _ = try? AV1AggregationHeader(parsing: payload)
        if var red = try? REDPayload(parsing: payload) {
            while let block = red.next(in: payload) { _ = payload.extracting(block.range) }
        }
    }

    static func parseRTCP(_ packet: RawSpan) throws(RTPError) {
        var reader = RTCPReader()
        while let message = try reader.next(in: packet) { try parseMessage(message.bytes(in: packet)) }
    }

    static func parseMessage(_ bytes: RawSpan) throws(RTPError) {
        let header = try RTCPHeader(parsing: bytes)
        switch (header.packetType, header.format) {
        case (.senderReport, _):
            let report = try SenderReport(parsing: bytes)
            for index in -1...32 { _ = report.block(index, in: bytes) }
        case (.receiverReport, _):
            let report = try ReceiverReport(parsing: bytes)
            for index in -1...32 { _ = report.block(index, in: bytes) }
        case (.sourceDescription, _):
            var reader = try SourceDescription(parsing: bytes)
            while let item = try reader.next(in: bytes) { _ = bytes.extracting(item.range) }
        case (.goodbye, _):
            let goodbye = try Goodbye(parsing: bytes)
            for index in -1...32 { _ = goodbye.ssrc(index, in: bytes) }
            if let reason = goodbye.reason { _ = bytes.extracting(reason) }
        case (.transportFeedback, GenericNACK.format):
            var nack = try GenericNACK(parsing: bytes)
            while nack.next(in: bytes) != nil {}
        case (.transportFeedback, TransportFeedback.format):
            var reader = try TransportFeedback(parsing: bytes).makeReader()
            while try reader.next(in: bytes) != nil {}
        case (.transportFeedback, CongestionControlFeedback.format):
            var feedback = try CongestionControlFeedback(parsing: bytes)
            while let report = try feedback.next(in: bytes) {
                for index in -1...report.count { _ = report.metric(index, in: bytes) }
            }
        case (.payloadFeedback, PictureLossIndication.format):
            _ = try PictureLossIndication(parsing: bytes)
        case (.payloadFeedback, FullIntraRequest.format):
            let request = try FullIntraRequest(parsing: bytes)
            for index in -1...request.count { _ = request.entry(index, in: bytes) }
        case (.payloadFeedback, ReceiverEstimatedMaximumBitrate.format):
            let estimate = try ReceiverEstimatedMaximumBitrate(parsing: bytes)
            for index in -1...estimate.count { _ = estimate.ssrc(index, in: bytes) }
        case (.extendedReport, _):
            var report = try ExtendedReport(parsing: bytes)
            while let block = try report.next(in: bytes) {
                let contents = bytes.extracting(block.range)
                if block.type == ExtendedReport.receiverReferenceTime {
                    _ = try ReceiverReferenceTime(parsing: contents)
                }
                for index in 0..<DelaySinceLastReceiverReport.count(in: contents) {
                    _ = try DelaySinceLastReceiverReport(parsing: contents, index)
                }
            }
        default:
            return
        }
    }
}
