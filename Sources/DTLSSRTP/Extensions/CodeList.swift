import Wire

/// Vectors of 16-bit codes: supported_groups, signature_algorithms, supported_versions.
enum CodeList {
    /// Reads a whole extension that is one vector with a length of one or two bytes. Nil when it is empty or malformed.
    static func decode(_ content: [UInt8], lengthBytes: Int) -> [UInt16]? {
        var reader = ByteReader(content.rawSpan)
        do throws(WireError) {
            let length = lengthBytes == 1 ? Int(try reader.readUInt8()) : Int(try reader.readUInt16())
            guard length == reader.remaining, length > 0, length % 2 == 0 else { return nil }
            var codes: [UInt16] = []
            codes.reserveCapacity(length / 2)
            while !reader.isAtEnd { codes.append(try reader.readUInt16()) }
            return codes
        } catch {
            return nil
        }
    }

    static func encode(_ codes: [UInt16], lengthBytes: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        if lengthBytes == 1 {
            bytes.append(UInt8(truncatingIfNeeded: 2 * codes.count))
        } else {
            bytes.append(bigEndian: UInt16(truncatingIfNeeded: 2 * codes.count))
        }
        for code in codes { bytes.append(bigEndian: code) }
        return bytes
    }
}
