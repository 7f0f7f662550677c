import STUN
import TURN
import Testing
import Wire

@Suite("Allocate")
struct AllocateTests {
    @Test func `a client gets a challenge, then an allocation with everything it needs to know`() throws {
        let lab = try Lab { $0.software = "Martlet" }
        var client = Client()
        let reply = try client.allocate(lab)
        let relayed = try #require(reply.relayed)
        #expect(relayed.ip == ip("10.0.0.1"))
        #expect(relayed.port >= 49152)
        #expect(reply.lifetime == 600)
        #expect(reply.decode(XorMappedAddress.self)?.address == client.fiveTuple.client)
        #expect(reply.attributes[.software] == Array("Martlet".utf8))
        #expect(reply.isAuthentic(.sha1, try client.key()))
        #expect(lab.allocationCount == 1)
    }
}
