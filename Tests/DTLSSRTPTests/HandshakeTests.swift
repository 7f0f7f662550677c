import DTLSSRTP
import Testing
import Wire

@Suite("Handshake")
struct HandshakeTests {
    @Test(arguments: ProtocolVersion.allCases)
    func `both sides agree on everything`(version: ProtocolVersion) throws {
        var network = try Fixtures.network([version])
        network.connect()
        let clientView = network.client.view
        let serverView = network.server.view
        #expect(clientView.error == nil)
        #expect(serverView.error == nil)
        let client = try #require(clientView.summary)
        let server = try #require(serverView.summary)
        #expect(client.version == version)
        #expect(server.version == version)
        #expect(client.group == (version == .dtls13 ? .x25519MLKEM768 : .x25519))
        #expect(client.cipherSuite == server.cipherSuite)
        #expect(client.srtpKeyingMaterial?.profile == .aeadAES128GCM)
        #expect(clientView.keys != nil)
        #expect(clientView.keys == serverView.keys)
        #expect(client.peerCertificate == Fixtures.serverIdentity.chain[0])
        #expect(server.peerCertificate == Fixtures.clientIdentity.chain[0])
        let sent = network.sentByClient + network.sentByServer
        #expect(sent.allSatisfy { $0.count <= 1200 })
    }
}
