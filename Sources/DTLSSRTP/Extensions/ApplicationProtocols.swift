import Wire

/// The names in an ALPN extension (RFC 7301 section 3.1).
enum ApplicationProtocols {
    static func decode(_ content: [UInt8]) -> [[UInt8]]? {
        var reader = ByteReader(content.rawSpan)
        do throws(WireError) {
            guard Int(try reader.readUInt16()) == reader.remaining, !reader.isAtEnd else { return nil }
            var names: [[UInt8]] = []
            while !reader.isAtEnd {
                let length = Int(try reader.readUInt8())
                guard length > 0 else { return nil }
                names.append(try reader.readBytes(length).array())
            }
            return names
        } catch {
            return nil
        }
    }

    static func encode(_ names: [[UInt8]]) -> [UInt8] {
        var list: [UInt8] = []
        for name in names {
            list.append(UInt8(truncatingIfNeeded: name.count))
            list += name
        }
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: list.count))
        return bytes + list
    }

    /// Our first name that the client offers: nil when either side has no say.
    static func select(ours: [String], offered: [[UInt8]]?) throws(DTLSError) -> String? {
        guard let offered, !ours.isEmpty else { return nil }
        guard let name = ours.first(where: { offered.contains(Array($0.utf8)) }) else {
            throw .noCommonApplicationProtocol
        }
        return name
    }
}
