import RTP
import Testing
import Wire

@testable import SFU

@Suite("Requests for packets")
struct NACKGeneratorTests {
    private func time(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }

    private func collect(_ generator: inout NACKGenerator, at milliseconds: Int64) -> [UInt16] {
        var numbers: [SequenceNumber] = []
        numbers.reserveCapacity(64)
        generator.collect(at: time(milliseconds), interval: .milliseconds(50), into: &numbers)
        return numbers.map(\.rawValue)
    }

    @Test func `what is merely late is not asked for`() {
        var generator = NACKGenerator()
        let result1 = generator.insert(0x1_FFFF..<0x2_0002, at: time(100))
        #expect(result1)
        #expect(collect(&generator, at: 110) == [])
        let result2 = generator.remove(0x2_0000)
        #expect(result2)
        let result3 = generator.remove(0x2_0000)
        #expect(!result3)
        #expect(collect(&generator, at: 115) == [0xFFFF, 1])
    }

    @Test func `requests are a round trip apart and end`() {
        var generator = NACKGenerator()
        _ = generator.insert(5..<6, at: time(0))
        var sent: [Int64] = []
        for millisecond in stride(from: Int64(0), to: 3000, by: 5) where !collect(&generator, at: millisecond).isEmpty {
            sent.append(millisecond)
        }
        #expect(sent == (0..<8).map { 15 + 50 * $0 })
        #expect(generator.isEmpty)
        #expect(generator.nextDeadline == .distantFuture)
    }

    @Test func `too many missing packets are given up`() {
        var generator = NACKGenerator()
        let result4 = generator.insert(0..<200, at: time(0))
        #expect(result4)
        let result5 = generator.insert(300..<400, at: time(0))
        #expect(!result5)
        #expect(generator.isEmpty)
    }
}

@Suite("Reception statistics")
struct ReceptionStatisticsTests {
    @Test func `losses are counted per interval and in all`() {
        var statistics = ReceptionStatistics()
        for number: Int64 in [0x1_FFFE, 0x1_FFFF, 0x2_0001, 0x2_0002] {
            statistics.receive(number, timestamp: 0, clockRate: 90_000, at: .zero)
        }
        let first = statistics.report(ssrc: SSRC(1))
        #expect(first.cumulativeLost == 1)
        #expect(first.fractionLost == 51)
        #expect(first.highestSequenceNumber == 0x2_0002)
        for number: Int64 in [0x2_0003, 0x2_0004] {
            statistics.receive(number, timestamp: 0, clockRate: 90_000, at: .zero)
        }
        let second = statistics.report(ssrc: SSRC(1))
        #expect(second.cumulativeLost == 1)
        #expect(second.fractionLost == 0)
    }

    @Test func `jitter follows the spread of arrivals`() {
        var even = ReceptionStatistics()
        var uneven = ReceptionStatistics()
        for number in 0..<Int64(200) {
            let time = MonotonicTime.zero + .milliseconds(20 * number)
            even.receive(number, timestamp: UInt32(960 * number), clockRate: 48_000, at: time)
            uneven.receive(
                number,
                timestamp: UInt32(960 * number),
                clockRate: 48_000,
                at: time + .milliseconds(number % 2 * 10)
            )
        }
        #expect(even.report(ssrc: SSRC(1)).jitter == 0)
        // Every transit differs by 480 ticks from the one before.
        #expect((440...480).contains(uneven.report(ssrc: SSRC(1)).jitter))
    }
}

@Suite("Transport-wide feedback")
struct TransportFeedbackRecorderTests {
    private func time(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(1000 + milliseconds) }

    /// The numbers that the next feedback calls received and missing.
    private func feedback(_ recorder: inout TransportFeedbackRecorder, at now: MonotonicTime) -> ([UInt16], [UInt16]) {
        var scratch: [PacketArrival] = []
        let bytes = [UInt8].control {
            (bytes: inout MutableRawSpan) in
            recorder.write(
                sender: SSRC(1),
                media: SSRC(2),
                at: now,
                scratch: &scratch,
                to: &bytes,
                offset: 0,
                limit: 1200
            )
        }
        guard let message = try? TransportFeedback(parsing: bytes.rawSpan) else { return ([], []) }
        var reader = message.makeReader()
        var received: [UInt16] = []
        var missing: [UInt16] = []
        while let status = try? reader.next(in: bytes.rawSpan) {
            if status.arrivalTicks != nil {
                received.append(status.sequenceNumber.rawValue)
            } else {
                missing.append(status.sequenceNumber.rawValue)
            }
        }
        return (received, missing)
    }

    @Test func `every packet is spoken of, over the wrap`() {
        var recorder = TransportFeedbackRecorder()
        recorder.activate()
        for (index, number) in [UInt16(0xFFFE), 0xFFFF, 1, 1, 2].enumerated() {
            recorder.receive(number, at: time(Int64(index)))
        }
        #expect(recorder.nextDeadline == time(0))
        let first = feedback(&recorder, at: time(50))
        #expect(first.0 == [0xFFFE, 0xFFFF, 1, 2])
        #expect(first.1 == [0])
        #expect(recorder.nextDeadline == .distantFuture)
        // Late, after it was called missing: spoken of again.
        recorder.receive(0, at: time(60))
        recorder.receive(4, at: time(61))
        let second = feedback(&recorder, at: time(110))
        #expect(second.0 == [0, 1, 2, 4])
        #expect(second.1 == [3])
    }

    @Test func `a duplicate changes nothing`() {
        var recorder = TransportFeedbackRecorder()
        recorder.activate()
        for number: UInt16 in [1, 2, 2, 1, 2] { recorder.receive(number, at: time(0)) }
        #expect(recorder.pendingCount == 2)
    }

    @Test func `feedback is due after fifty milliseconds or twenty packets`() {
        var recorder = TransportFeedbackRecorder()
        recorder.activate()
        recorder.receive(1, at: time(0))
        _ = feedback(&recorder, at: time(0))
        recorder.receive(2, at: time(1))
        #expect(recorder.nextDeadline == time(50))
        for number: UInt16 in 3..<30 { recorder.receive(number, at: time(2)) }
        #expect(recorder.nextDeadline == time(25))
    }
}
