import RTP
import Testing
import Wire

@testable import SRTP

@Suite("SRTP vectors")
struct VectorTests {
    static let salt = hex("517569642070726f2071756f")
    static let key128 = hex("000102030405060708090a0b0c0d0e0f")
    static let key256 = key128 + hex("101112131415161718191a1b1c1d1e1f")
    static let rtp = hex(
        """
        8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573
        """
    )
    static let rtcp = hex(
        "81c8000d4d617273 4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"
    )

    /// Session keys, and what RFC 7714 says comes out.
    static let vectors: [(section: String, key: [UInt8], rtp: [UInt8], rtcp: [UInt8])] = [
        (
            "16.1 and 17.1", key128,
            hex(
                """
                8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
                899d7f27beb16a9152cf765ee4390cce
                """
            ),
            hex(
                """
                81c8000d4d617273 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b
                c84aa45896cf4d2fc5abf87245d9eade 800005d4
                """
            )
        ),
        (
            "16.2 and 17.2", key256,
            hex(
                """
                8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
                7aa3db36dfffd6b0f9bb7878d7a76c13
                """
            ),
            hex(
                """
                81c8000d4d617273 d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad
                1d1eb30c4446839f57ff6f6cb26ac3be 800005d4
                """
            )
        ),
    ]

    @Test("RFC 7714", arguments: vectors)
    func rfc7714(section: String, key: [UInt8], rtp: [UInt8], rtcp: [UInt8]) throws {
        let session = MasterKey(key: key, salt: Self.salt)
        let seal = try OpenSSLTransform(rtp: session, rtcp: session, direction: .seal)
        let open = try OpenSSLTransform(rtp: session, rtcp: session, direction: .open)
        var slot = Self.rtp + [UInt8](repeating: 0, count: 16)
        do {
            var span = slot.mutableSpan
            var bytes = unsafe span.mutableBytes
            let header = try RTPHeader(parsing: Self.rtp.rawSpan)
            var sending = StreamState()
            #expect(try seal.protectRTP(&bytes, 0..<Self.rtp.count, header, &sending) == rtp.count)
        }
        #expect(slot == rtp)
        do {
            var span = slot.mutableSpan
            var bytes = unsafe span.mutableBytes
            let header = try RTPHeader(parsing: Self.rtp.rawSpan)
            var receiving = StreamState()
            #expect(try open.unprotectRTP(&bytes, 0..<rtp.count, header, &receiving) == Self.rtp.count)
        }
        #expect(slot.prefix(Self.rtp.count) == Self.rtp[...])

        let mars = SSRC(0x4D61_7273)
        slot = Self.rtcp + [UInt8](repeating: 0, count: 20)
        do {
            var span = slot.mutableSpan
            var bytes = unsafe span.mutableBytes
            var sending = StreamState()
            sending.rtcp = .init(near: 0x5D3)
            #expect(try seal.protectRTCP(&bytes, 0..<Self.rtcp.count, mars, &sending) == rtcp.count)
        }
        #expect(slot == rtcp)
        do {
            var span = slot.mutableSpan
            var bytes = unsafe span.mutableBytes
            var receiving = StreamState()
            #expect(try open.unprotectRTCP(&bytes, 0..<rtcp.count, mars, &receiving) == Self.rtcp.count)
        }
        #expect(slot.prefix(Self.rtcp.count) == Self.rtcp[...])
    }

    @Test func `session keys come out as in RFC 3711 appendix B.3`() throws {
        let master = MasterKey(
            key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
            salt: hex("0EC675AD498AFEEBB6960B3AABE6")
        )
        #expect(
            try KeyDerivation.derive(.rtpEncryption, count: 16, from: master)
                == hex("C61E7A93744F39EE10734AFE3FF7A087")
        )
        #expect(try KeyDerivation.derive(.rtpSalt, count: 14, from: master) == hex("30CBBC08863D8C85D49DB34A9AE1"))
        #expect(
            try KeyDerivation.derive(.rtpAuthentication, count: 94, from: master)
                == hex(
                    """
                    CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF7227098
                    6371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2
                    """
                )
        )
    }

    /// The keys of RFC 3711 appendix B.3, and a packet that libsrtp, libwebrtc and others protect to the same bytes.
    @Test func `AES_CM_128_HMAC_SHA1_80 protects as everybody does`() throws {
        let master = MasterKey(
            key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
            salt: hex("0EC675AD498AFEEBB6960B3AABE6")
        )
        var sender = try SendingContext(profile: .aes128CMHMACSHA1_80, key: master)
        let rtp = hex("800f1234decafbadcafebabe abababababababababababababababab")
        #expect(
            try sender.rtp(rtp) == hex("800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb")
        )
        let rtcp = hex("81c8000bcafebabe abababababababababababababababab")
        #expect(
            try sender.rtcp(rtcp)
                == hex("81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798")
        )
    }

    @Test func `exported keying material is cut into keys and then salts`() throws {
        let exported = (0..<56).map { UInt8($0) }
        let (client, server) = try MasterKey.pair(exported: exported.rawSpan, profile: .aeadAES128GCM)
        #expect(client == MasterKey(key: Array(0..<16), salt: Array(32..<44)))
        #expect(server == MasterKey(key: Array(16..<32), salt: Array(44..<56)))
        #expect(throws: SRTPError.keyLength(expected: 60, actual: 56)) {
            _ = try MasterKey.pair(exported: exported.rawSpan, profile: .aes128CMHMACSHA1_80)
        }
    }

    @Test func `a key is not printed`() {
        let key = MasterKey(key: [0xAB, 0xCD], salt: [0xEF])
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "MasterKey(2 + 1 bytes)")
        #expect(!dumped.contains("171") && !"\(String(reflecting: key))".contains("171"))
    }
}
