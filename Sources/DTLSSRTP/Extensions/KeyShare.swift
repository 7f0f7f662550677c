import Wire

/// One entry of a key_share extension (RFC 8446 section 4.2.8).
struct KeyShare: Sendable {
    var group: UInt16
    var key: [UInt8]

    init(group: UInt16, key: [UInt8]) {
        self.group = group
        self.key = key
    }

    private init(parsing reader: inout ByteReader) throws(WireError) {
        group = try reader.readUInt16()
        key = try reader.readBytes(Int(try reader.readUInt16())).array()
    }

    private func write(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: group)
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: key.count))
        bytes += key
    }

    /// A client's shares. Nil when malformed or when a group comes twice.
    static func decodeClientShares(_ content: [UInt8]) -> [KeyShare]? {
        var reader = ByteReader(content.rawSpan)
        do throws(WireError) {
            guard Int(try reader.readUInt16()) == reader.remaining else { return nil }
            var shares: [KeyShare] = []
            while !reader.isAtEnd {
                let share = try KeyShare(parsing: &reader)
                guard !share.key.isEmpty, !shares.contains(where: { $0.group == share.group }) else { return nil }
                shares.append(share)
            }
            return shares
        } catch {
            return nil
        }
    }

    static func encodeClientShares(_ shares: [KeyShare]) -> [UInt8] {
        var list: [UInt8] = []
        for share in shares { share.write(to: &list) }
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: list.count))
        return bytes + list
    }

    /// The share in a ServerHello.
    init?(decodingServerShare content: [UInt8]) {
        var reader = ByteReader(content.rawSpan)
        guard let share = try? KeyShare(parsing: &reader), reader.isAtEnd else { return nil }
        self = share
    }

    func encodedServerShare() -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }
}
