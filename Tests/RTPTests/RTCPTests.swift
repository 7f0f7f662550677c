import RTP
import Testing
import Wire

@Suite("RTCP")
struct RTCPTests {
    static let block = ReportBlock(
        ssrc: SSRC(0x0A0B_0C0D),
        fractionLost: 0x20,
        cumulativeLost: -2,
        highestSequenceNumber: 0x0001_FFFF,
        jitter: 5,
        lastSenderReport: 6,
        delaySinceLastSenderReport: 7
    )
    static let blocks = [block]
    static let senderReport = hex(
        """
        81 C8 000C 11223344 83AA7E80 80000000 00000009 0000000A 0000000B
        0A0B0C0D 20 FFFFFE 0001FFFF 00000005 00000006 00000007
        """
    )
    static let receiverReport = hex(
        "81 C9 0007 11223344 0A0B0C0D 20 FFFFFE 0001FFFF 00000005 00000006 00000007"
    )
    static let sourceDescription = hex("81 CA 0003 11223344 01 03 616263 00 00 00")
    static let goodbye = hex("82 CB 0003 00000001 00000002 02 6869 00")
    static let application = hex("80 CC 0002 00000001 41424344")
    static let nack = hex("81 CD 0003 00000001 00000002 FFFE 8003")
    static let pli = hex("81 CE 0002 00000001 00000002")
    static let fir = hex("84 CE 0004 00000001 00000000 00000007 2A 000000")
    /// 8,927,168 bit/s for one stream, as a browser sent it.
    static let remb = hex("8F CE 0005 00000001 00000000 52454D42 01 1A20DF 4874ED16")
    static let congestion = hex(
        "8B CD 0008 00000001 00000002 FFFF 0003 8001 0000 BFFF 0000 00000003 0001 0000 12345678"
    )
    static let referenceTime = hex("80 CF 0004 00000001 04 00 0002 83AA7E80 80000000")
    static let delays = hex("80 CF 0008 00000001 05 00 0006 00000002 00000003 00000004 00000005 00000006 00000007")

    static let messages: [(name: String, bytes: [UInt8])] = [
        ("SR", senderReport), ("RR", receiverReport), ("SDES", sourceDescription), ("BYE", goodbye),
        ("APP", application), ("NACK", nack), ("PLI", pli), ("FIR", fir), ("REMB", remb), ("CCFB", congestion),
        ("RRTR", referenceTime), ("DLRR", delays), ("TWCC", TransportFeedbackTests.captured),
    ]

    @Test func `a compound packet is gone through message by message`() throws {
        let packet = Self.messages.flatMap(\.bytes)
        var reader = RTCPReader()
        var found: [[UInt8]] = []
        while let message = try reader.next(in: packet.rawSpan) {
            found.append(message.bytes(in: packet.rawSpan).array())
        }
        #expect(found == Self.messages.map(\.bytes))
    }

    @Test("no message can be cut off", arguments: messages)
    func truncations(name: String, bytes: [UInt8]) {
        expectTruncationsThrow(bytes) { (bytes) throws(RTPError) in
            var reader = RTCPReader()
            // Nothing at all is no error; here something should be.
            guard try reader.next(in: bytes) != nil else { throw .truncated(needed: 4, available: 0) }
        }
    }

    /// Cuts words off the end of each message and corrects its length: counts inside no longer hold.
    @Test("no message claims more than it has", arguments: messages)
    func shortened(name: String, bytes: [UInt8]) {
        // NACK, FIR and XR have no counts: they end where they end. APP is passed over.
        for words in 1..<bytes.count / 4 where !["NACK", "FIR", "RRTR", "APP", "TWCC"].contains(name) {
            var short = Array(bytes.prefix(4 * words))
            short[3] = UInt8(words - 1)
            short[2] = 0
            // A BYE needs no reason.
            if name == "BYE", words == 3 { continue }
            // CCFB is one message without its second stream, whose place the timestamp takes.
            if name == "CCFB", [3, 7].contains(words) { continue }
            if name == "DLRR", words == 2 { continue }
            #expect(
                failure(short) { (bytes) throws(RTPError) in try Everything.parseMessage(bytes) } != nil,
                "\(words) words"
            )
        }
    }

    @Test("padding is not content", arguments: messages.filter { $0.name != "TWCC" })
    func padding(name: String, bytes: [UInt8]) throws {
        var padded = bytes + [0, 0, 0, 4]
        padded[0] |= 0x20
        padded[3] += 1
        #expect(failure(padded) { (bytes) throws(RTPError) in try Everything.parseMessage(bytes) } == nil)
        let header = try RTCPHeader(parsing: padded.rawSpan)
        #expect(header.contentLength == bytes.count && header.messageLength == padded.count)
        for count in [UInt8(0), UInt8(bytes.count + 1), 255] {
            padded[padded.count - 1] = count
            #expect(throws: RTPError.padding(count: Int(count), available: bytes.count)) {
                _ = try RTCPHeader(parsing: padded.rawSpan)
            }
        }
    }

    @Test func `a view refuses the message of another`() throws {
        #expect(throws: RTPError.unexpectedType(packetType: 201, format: 1)) {
            _ = try SenderReport(parsing: Self.receiverReport.rawSpan)
        }
        #expect(throws: RTPError.unexpectedType(packetType: 206, format: 4)) {
            _ = try PictureLossIndication(parsing: Self.fir.rawSpan)
        }
        var other = Self.remb
        other[12] = 0
        #expect(throws: RTPError.invalidField(offset: 12)) {
            _ = try ReceiverEstimatedMaximumBitrate(parsing: other.rawSpan)
        }
    }

    @Test func `sender reports`() throws {
        let report = try SenderReport(parsing: Self.senderReport.rawSpan)
        let blocks = Self.blocks
        let many = Array(repeating: Self.block, count: 32)
        #expect(report.sender == SSRC(0x1122_3344) && report.ntp == NTPTimestamp(0x83AA_7E80_8000_0000))
        #expect(report.timestamp == RTPTimestamp(9) && report.packetCount == 10 && report.octetCount == 11)
        #expect(report.blockCount == 1 && report.block(0, in: Self.senderReport.rawSpan) == Self.block)
        #expect(report.block(1, in: Self.senderReport.rawSpan) == nil)
        expectCapacityIsChecked(Self.senderReport) { (bytes) throws(RTPError) in
            try report.write(blocks: blocks.span, to: &bytes)
        }
        #expect(throws: RTPError.unrepresentable(32)) {
            try written { (bytes) throws(RTPError) in
                try report.write(blocks: many.span, to: &bytes)
            }
        }
    }

    @Test func `receiver reports`() throws {
        let report = try ReceiverReport(parsing: Self.receiverReport.rawSpan)
        let blocks = Self.blocks
        #expect(report.sender == SSRC(0x1122_3344) && report.blockCount == 1)
        #expect(report.block(0, in: Self.receiverReport.rawSpan) == Self.block)
        expectCapacityIsChecked(Self.receiverReport) { (bytes) throws(RTPError) in
            try report.write(blocks: blocks.span, to: &bytes)
        }
        var block = Self.block
        block.cumulativeLost = .max
        let extreme = [block]
        let bytes = try written { (bytes) throws(RTPError) in try report.write(blocks: extreme.span, to: &bytes) }
        #expect(report.block(0, in: bytes.rawSpan)?.cumulativeLost == 0x7F_FFFF, "saturated")
    }

    @Test func `source descriptions`() throws {
        var items = try SourceDescription(parsing: Self.sourceDescription.rawSpan)
        let item = try #require(try items.next(in: Self.sourceDescription.rawSpan))
        #expect(item.ssrc == SSRC(0x1122_3344) && item.type == SourceDescription.canonicalName && item.range == 10..<13)
        #expect(try items.next(in: Self.sourceDescription.rawSpan) == nil)
        let name = Array("abc".utf8)
        expectCapacityIsChecked(Self.sourceDescription) { (bytes) throws(RTPError) in
            try SourceDescription.write(canonicalName: name.rawSpan, of: SSRC(0x1122_3344), to: &bytes)
        }
        // Two chunks, the first of two items that end on a word, the second empty.
        let two = hex("82 CA 0006 00000001 01 02 6162 02 02 6364 00000000 00000002 00000000")
        var reader = try SourceDescription(parsing: two.rawSpan)
        #expect(try reader.next(in: two.rawSpan)?.range == 10..<12)
        #expect(try reader.next(in: two.rawSpan)?.range == 14..<16)
        #expect(try reader.next(in: two.rawSpan) == nil)
        for length in 0..<260 {
            let text = [UInt8](repeating: 0x61, count: length)
            let bytes = try? written { (bytes) throws(RTPError) in
                try SourceDescription.write(canonicalName: text.rawSpan, of: SSRC(1), to: &bytes)
            }
            #expect((bytes == nil) == (length > 255))
            guard let bytes else { continue }
            var reader = try SourceDescription(parsing: bytes.rawSpan)
            #expect(try reader.next(in: bytes.rawSpan)?.range.count == length)
        }
    }

    @Test func `goodbyes`() throws {
        let goodbye = try Goodbye(parsing: Self.goodbye.rawSpan)
        #expect(goodbye.count == 2 && goodbye.reason == 13..<15)
        #expect(goodbye.ssrc(1, in: Self.goodbye.rawSpan) == SSRC(2))
        #expect(goodbye.ssrc(2, in: Self.goodbye.rawSpan) == nil)
        let sources = [SSRC(1), SSRC(2)]
        expectCapacityIsChecked(hex("82 CB 0002 00000001 00000002")) { (bytes) throws(RTPError) in
            try Goodbye.write(sources.span, to: &bytes)
        }
    }

    @Test func `NACKs name a packet and a mask of those behind it`() throws {
        var nack = try GenericNACK(parsing: Self.nack.rawSpan)
        #expect(nack.sender == SSRC(1) && nack.media == SSRC(2))
        var lost: [UInt16] = []
        while let number = nack.next(in: Self.nack.rawSpan) { lost.append(number.rawValue) }
        #expect(lost == [0xFFFE, 0xFFFF, 0, 14])
        let numbers = lost.map { SequenceNumber($0) }
        expectCapacityIsChecked(Self.nack) { (bytes) throws(RTPError) in
            try GenericNACK.write(numbers.span, sender: SSRC(1), media: SSRC(2), to: &bytes)
                .length
        }
        var ragged = Self.nack + [0, 0, 0, 2]
        ragged[0] |= 0x20
        ragged[3] += 1
        #expect(throws: RTPError.length(18)) { _ = try GenericNACK(parsing: ragged.rawSpan) }
    }

    @Test func `any set of losses comes back`() throws {
        var generator = SeededGenerator(1)
        for _ in 0..<300 {
            var number = UInt16.random(in: 0...UInt16.max, using: &generator)
            let lost = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
                number &+= UInt16.random(in: 1...20, using: &generator)
                return SequenceNumber(number)
            }
            var count = 0
            var found: [SequenceNumber] = []
            // In messages of 24 bytes: three pairs each.
            while count < lost.count {
                var taken = 0
                let rest = Array(lost[count...])
                let bytes = try written { (bytes) throws(RTPError) in
                    let (length, count) = try GenericNACK.write(
                        rest.span,
                        sender: SSRC(1),
                        media: SSRC(2),
                        limit: 24,
                        to: &bytes
                    )
                    taken = count
                    return length
                }
                #expect(bytes.count <= 24)
                var nack = try GenericNACK(parsing: bytes.rawSpan)
                while let number = nack.next(in: bytes.rawSpan) { found.append(number) }
                count += taken
            }
            #expect(found == lost)
        }
    }

    @Test func `picture loss indications`() throws {
        let pli = try PictureLossIndication(parsing: Self.pli.rawSpan)
        #expect(pli == PictureLossIndication(sender: SSRC(1), media: SSRC(2)))
        expectCapacityIsChecked(Self.pli) { (bytes) throws(RTPError) in try pli.write(to: &bytes) }
    }

    @Test func `full intra requests`() throws {
        let fir = try FullIntraRequest(parsing: Self.fir.rawSpan)
        let entry = FullIntraRequest.Entry(ssrc: SSRC(7), sequenceNumber: 42)
        #expect(fir.sender == SSRC(1) && fir.count == 1)
        #expect(fir.entry(0, in: Self.fir.rawSpan) == entry && fir.entry(1, in: Self.fir.rawSpan) == nil)
        let entries = [entry]
        expectCapacityIsChecked(Self.fir) { (bytes) throws(RTPError) in
            try FullIntraRequest.write(entries.span, sender: SSRC(1), to: &bytes)
        }
    }

    @Test func `maximum bitrates`() throws {
        let remb = try ReceiverEstimatedMaximumBitrate(parsing: Self.remb.rawSpan)
        #expect(remb.bitsPerSecond == 8_927_168 && remb.count == 1 && remb.sender == SSRC(1))
        #expect(remb.ssrc(0, in: Self.remb.rawSpan) == SSRC(1_215_622_422))
        let streams = [SSRC(1_215_622_422)]
        expectCapacityIsChecked(Self.remb) { (bytes) throws(RTPError) in
            try ReceiverEstimatedMaximumBitrate.write(
                bitsPerSecond: 8_927_168,
                streams: streams.span,
                sender: SSRC(1),
                to: &bytes
            )
        }
        for bitrate in [0, 1, 0x3_FFFF, 0x4_0000, 0x4_0001, UInt64(1) << 40, .max] {
            let bytes = try written { (bytes) throws(RTPError) in
                try ReceiverEstimatedMaximumBitrate.write(
                    bitsPerSecond: bitrate,
                    streams: Span(),
                    sender: SSRC(1),
                    to: &bytes
                )
            }
            let read = try ReceiverEstimatedMaximumBitrate(parsing: bytes.rawSpan).bitsPerSecond
            #expect(read <= bitrate && bitrate - read <= bitrate >> 17)
        }
        var huge = Self.remb
        huge.replaceSubrange(17..<20, with: [0xFF, 0xFF, 0xFF])
        #expect(try ReceiverEstimatedMaximumBitrate(parsing: huge.rawSpan).bitsPerSecond == .max)
    }

    @Test func `congestion control feedback`() throws {
        var feedback = try CongestionControlFeedback(parsing: Self.congestion.rawSpan)
        #expect(feedback.sender == SSRC(1) && feedback.reportTimestamp == 0x1234_5678)
        let first = try #require(try feedback.next(in: Self.congestion.rawSpan))
        #expect(first.ssrc == SSRC(2) && first.base == SequenceNumber(0xFFFF) && first.count == 3)
        let metrics = (0..<3).map { first.metric($0, in: Self.congestion.rawSpan) }
        #expect(
            metrics == [
                .init(ecn: 0, arrivalOffset: 1), .lost,
                .init(ecn: 1, arrivalOffset: CongestionControlFeedback.Metric.offsetUnavailable),
            ]
        )
        #expect(metrics[2]?.ecn == 1 && metrics[2]?.isReceived == true && metrics[1]?.isReceived == false)
        #expect(first.metric(3, in: Self.congestion.rawSpan) == nil)
        let second = try #require(try feedback.next(in: Self.congestion.rawSpan))
        #expect(second.ssrc == SSRC(3) && second.count == 0)
        #expect(try feedback.next(in: Self.congestion.rawSpan) == nil)
        let known = metrics.compactMap(\.self)
        expectCapacityIsChecked(Self.congestion) { (bytes) throws(RTPError) in
            var writer = CongestionControlFeedbackWriter(sender: SSRC(1))
            try writer.add(SSRC(2), base: SequenceNumber(0xFFFF), known.span, to: &bytes)
            try writer.add(SSRC(3), base: SequenceNumber(1), Span(), to: &bytes)
            return try writer.finish(reportTimestamp: 0x1234_5678, to: &bytes)
        }
    }

    @Test func `extended reports`() throws {
        var report = try ExtendedReport(parsing: Self.referenceTime.rawSpan)
        let block = try #require(try report.next(in: Self.referenceTime.rawSpan))
        #expect(block.type == ExtendedReport.receiverReferenceTime && report.sender == SSRC(1))
        #expect(try report.next(in: Self.referenceTime.rawSpan) == nil)
        let time = try ReceiverReferenceTime(parsing: Self.referenceTime.rawSpan.extracting(block.range))
        #expect(time.ntp == NTPTimestamp(0x83AA_7E80_8000_0000))
        expectCapacityIsChecked(Self.referenceTime) { (bytes) throws(RTPError) in
            try time.write(sender: SSRC(1), to: &bytes)
        }

        report = try ExtendedReport(parsing: Self.delays.rawSpan)
        let answers = try #require(try report.next(in: Self.delays.rawSpan))
        let contents = Self.delays[answers.range].map(\.self)
        #expect(answers.type == ExtendedReport.delaySinceLastReceiverReport)
        #expect(DelaySinceLastReceiverReport.count(in: contents.rawSpan) == 2)
        let both = try (0..<2).map { try DelaySinceLastReceiverReport(parsing: contents.rawSpan, $0) }
        #expect(both[1] == DelaySinceLastReceiverReport(receiver: SSRC(5), lastReceiverReport: 6, delay: 7))
        #expect(throws: RTPError.self) { _ = try DelaySinceLastReceiverReport(parsing: contents.rawSpan, 2) }
        expectCapacityIsChecked(Self.delays) { (bytes) throws(RTPError) in
            try DelaySinceLastReceiverReport.write(both.span, sender: SSRC(1), to: &bytes)
        }
    }
}
