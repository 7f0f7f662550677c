import Testing

@testable import DTLSSRTP

@Suite("Acknowledgements")
struct AcknowledgementTests {
    @Test func `numbers come back in rising order`() throws {
        var list = AcknowledgementList()
        for (epoch, sequence) in [(2, 5), (2, 1), (0, 9), (2, 5)] as [(UInt64, UInt64)] {
            list.add(RecordNumber(epoch: epoch, sequence: sequence))
        }
        let numbers = try #require(AcknowledgementList.decode(list.encoded(limit: 1000)))
        #expect(numbers.map(\.epoch) == [0, 2, 2])
        #expect(numbers.map(\.sequence) == [9, 1, 5])
    }

    @Test func `an ACK is no longer than allowed and names the newest`() throws {
        var list = AcknowledgementList()
        for sequence in 0..<100 as Range<UInt64> { list.add(RecordNumber(epoch: 2, sequence: sequence)) }
        let content = list.encoded(limit: 230)
        #expect(content.count <= 230)
        #expect(AcknowledgementList.decode(content)?.last?.sequence == 99)
        #expect(AcknowledgementList.decode(content)?.count == 14)
        #expect(AcknowledgementList.decode(list.encoded(limit: 5000))?.count == AcknowledgementList.capacity)
    }

    @Test(arguments: [[], [0], [0, 16], [0, 15] + [UInt8](repeating: 0, count: 15), [0, 0, 0]] as [[UInt8]])
    func `a malformed ACK is refused`(content: [UInt8]) {
        #expect(AcknowledgementList.decode(content) == nil)
    }

    @Test func `a flight is acknowledged piece by piece`() throws {
        var flight = OutgoingFlight()
        var records = RecordLayer()
        flight.append(type: .certificate, sequence: 0, body: [UInt8](repeating: 1, count: 700), epoch: 0)
        flight.append(type: .finished, sequence: 1, body: [UInt8](repeating: 2, count: 32), epoch: 0)
        var datagrams: [[UInt8]] = []
        try flight.transmit(with: &records, datagramLimit: 300, into: &datagrams)
        #expect(datagrams.count == 3)
        #expect(datagrams.allSatisfy { $0.count <= 300 })
        let isNew = flight.acknowledge([RecordNumber(epoch: 0, sequence: 1)])
        let isRepeated = flight.acknowledge([RecordNumber(epoch: 0, sequence: 1)])
        #expect(isNew)
        #expect(!isRepeated)
        var rest: [[UInt8]] = []
        try flight.transmit(with: &records, datagramLimit: 300, into: &rest)
        #expect(rest.reduce(0) { $0 + $1.count } < datagrams.reduce(0) { $0 + $1.count } - 250)
        #expect(!flight.isAcknowledged)
        _ = flight.acknowledge((0..<20).map { RecordNumber(epoch: 0, sequence: $0) })
        #expect(flight.isAcknowledged)
    }
}
