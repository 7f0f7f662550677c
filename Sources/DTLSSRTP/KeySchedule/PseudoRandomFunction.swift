import Crypto

/// The pseudo-random function of TLS 1.2 (RFC 5246 section 5) and the secrets that it yields.
struct PseudoRandomFunction: Sendable {
    let hash: HashAlgorithm

    /// `length` bytes of P_hash(secret, label + seed).
    func derive(secret: SymmetricKey, label: String, seed: [UInt8], length: Int) -> SymmetricKey {
        let labelledSeed = Array(label.utf8) + seed
        var output: [UInt8] = []
        output.reserveCapacity(length + hash.length)
        var chain = hash.authenticate(labelledSeed, key: secret)
        while output.count < length {
            var block = hash.authenticate(chain + labelledSeed, key: secret)
            output += block
            block.wipe()
            chain = hash.authenticate(chain, key: secret)
        }
        chain.wipe()
        var wanted = Array(output[..<length])
        output.wipe()
        return SymmetricKey(wiping: &wanted)
    }

    /// The extended master secret (RFC 7627 section 4).
    func masterSecret(preMasterSecret: SymmetricKey, sessionHash: [UInt8]) -> SymmetricKey {
        derive(secret: preMasterSecret, label: "extended master secret", seed: sessionHash, length: 48)
    }

    /// The verify_data of a Finished message (RFC 5246 section 7.4.9).
    func verifyData(masterSecret: SymmetricKey, transcriptHash: [UInt8], fromClient: Bool) -> [UInt8] {
        let label = fromClient ? "client finished" : "server finished"
        return derive(secret: masterSecret, label: label, seed: transcriptHash, length: 12).exposedBytes()
    }

    /// The keys of both directions (RFC 5246 section 6.3): AEAD suites have no MAC keys.
    func trafficKeys(
        masterSecret: SymmetricKey,
        clientRandom: [UInt8],
        serverRandom: [UInt8],
        aead: AEADAlgorithm
    ) -> (client: RecordProtection12, server: RecordProtection12) {
        let keyLength = aead.keyLength
        let ivLength = aead.fixedIVLength12
        var block = derive(
            secret: masterSecret,
            label: "key expansion",
            seed: serverRandom + clientRandom,
            length: 2 * (keyLength + ivLength)
        ).exposedBytes()
        defer { block.wipe() }
        func part(_ offset: Int, _ length: Int) -> [UInt8] { Array(block[offset..<offset + length]) }
        func protection(_ index: Int) -> RecordProtection12 {
            var key = part(index * keyLength, keyLength)
            return RecordProtection12(
                key: AEADKey(algorithm: aead, key: SymmetricKey(wiping: &key)),
                fixedIV: part(2 * keyLength + index * ivLength, ivLength)
            )
        }
        return (protection(0), protection(1))
    }

    /// The exporter without a context (RFC 5705 section 4).
    func export(
        masterSecret: SymmetricKey,
        label: String,
        clientRandom: [UInt8],
        serverRandom: [UInt8],
        length: Int
    ) -> SymmetricKey {
        derive(secret: masterSecret, label: label, seed: clientRandom + serverRandom, length: length)
    }
}
