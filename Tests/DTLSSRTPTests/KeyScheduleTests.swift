import Crypto
import Testing

@testable import DTLSSRTP

@Suite("Key schedules")
struct KeyScheduleTests {
    private func hex(_ text: String) -> [UInt8] { Captures.bytes(text) }
    private func key(_ text: String) -> SymmetricKey { SymmetricKey(data: hex(text)) }

    @Test func `the 1.2 PRF with SHA-256 makes the published bytes`() {
        let output = PseudoRandomFunction(hash: .sha256).derive(
            secret: key("9bbe436ba940f017b17652849a71db35"),
            label: "test label",
            seed: hex("a0ba9f936cda311827a6f796ffd5198c"),
            length: 100
        )
        let expected = hex(
            """
            e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af
            0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701
            87347b66
            """
        )
        #expect(output.exposedBytes() == expected)
    }

    /// RFC 8448 section 3. The vectors are of TLS, whose labels begin with "tls13 ".
    @Test func `the 1.3 schedule with the labels of TLS makes the secrets of RFC 8448`() {
        let schedule = KeySchedule13(hash: .sha256, labelPrefix: "tls13 ")
        let handshake = schedule.handshakeSecret(
            sharedSecret: key("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
        )
        #expect(
            handshake.exposedBytes() == hex("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac")
        )
        let helloHash = hex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8")
        let client = schedule.deriveSecret(handshake, "c hs traffic", transcriptHash: helloHash)
        #expect(client.exposedBytes() == hex("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"))
        let server = schedule.deriveSecret(handshake, "s hs traffic", transcriptHash: helloHash)
        #expect(server.exposedBytes() == hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"))
        let master = schedule.masterSecret(handshakeSecret: handshake)
        #expect(master.exposedBytes() == hex("18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919"))
        let protection = schedule.recordProtection(trafficSecret: server, aead: .aes128GCM)
        #expect(protection.key.key.exposedBytes() == hex("3fce516009c21727d0f2e4e86ee403bc"))
        #expect(protection.iv == hex("5d313eb2671276ee13000b30"))
    }

    /// RFC 9147 section 4.2.3 makes its masks like RFC 9001 section 5.4, which has vectors in appendices A.2 and A.5.
    @Test func `record number masks are those of QUIC header protection`() {
        let aes = AEADKey(algorithm: .aes128GCM, key: key("9f50449e04a0e810283a1e9933adedd2"))
        #expect(aes.recordNumberMask(sample: hex("d1b1c98dd7689fb8ec11d242b123dc9b")[...])?[..<2] == [0x43, 0x7B])
        let chaCha = AEADKey(
            algorithm: .chaCha20Poly1305,
            key: key("25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4")
        )
        #expect(chaCha.recordNumberMask(sample: hex("5e5cd55c41f69080575d7999c25a5bfb")[...])?[..<2] == [0xAE, 0xFE])
    }

    @Test(arguments: NamedGroup.allCases)
    func `both halves of a key exchange make one secret`(group: NamedGroup) throws {
        let client = try KeyExchange(group: group)
        let server = try KeyExchange.respond(group: group, peerShare: client.share)
        let secret = try client.sharedSecret(withPeerShare: server.share)
        #expect(secret == server.secret)
        #expect(client.share.count == [0x11EC: 1216, 0x1D: 32, 0x17: 65, 0x18: 97][group.rawValue])
        #expect(server.share.count == [0x11EC: 1120, 0x1D: 32, 0x17: 65, 0x18: 97][group.rawValue])
        #expect(secret.bitCount == [0x11EC: 512, 0x1D: 256, 0x17: 256, 0x18: 384][group.rawValue])
    }

    @Test func `the hybrid secret is that of ML-KEM followed by that of X25519`() throws {
        let kem = try MLKEM768.PrivateKey()
        let curve = Curve25519.KeyAgreement.PrivateKey()
        let client = KeyExchange.x25519MLKEM768(kem, curve)
        let server = try KeyExchange.respond(group: .x25519MLKEM768, peerShare: client.share)
        let first = try kem.decapsulate(server.share[..<1088])
        let second = try curve.sharedSecretFromKeyAgreement(
            with: Curve25519.KeyAgreement.PublicKey(rawRepresentation: server.share[1088...])
        )
        let tail = unsafe second.withUnsafeBytes { unsafe Array($0) }
        let expected = first.exposedBytes() + tail
        #expect(server.secret.exposedBytes() == expected)
    }

    @Test(arguments: NamedGroup.allCases)
    func `a key share of wrong length or off the curve is refused`(group: NamedGroup) throws {
        let exchange = try KeyExchange(group: group)
        let share = exchange.share
        for bad in [[], Array(share.dropLast()), share + [0], [UInt8](repeating: 0, count: share.count)] {
            #expect(throws: DTLSError.self) { try exchange.sharedSecret(withPeerShare: bad) }
            #expect(throws: DTLSError.self) { try KeyExchange.respond(group: group, peerShare: bad) }
        }
    }
}
