import Wire

/// The extensions of one message: found by type, written in the order in which they were added.
struct ExtensionList: Sendable {
    private(set) var entries: [(type: ExtensionType, content: [UInt8])] = []

    init() {}

    /// Reads a vector of extensions to its end. Nil where a type comes twice (RFC 8446 section 4.2).
    init?(parsing reader: inout ByteReader) throws(WireError) {
        let length = Int(try reader.readUInt16())
        var list = ByteReader(try reader.readBytes(length))
        while !list.isAtEnd {
            let type = ExtensionType(rawValue: try list.readUInt16())
            let content = try list.readBytes(Int(try list.readUInt16())).array()
            guard self[type] == nil else { return nil }
            entries.append((type, content))
        }
    }

    subscript(type: ExtensionType) -> [UInt8]? {
        entries.first { $0.type == type }?.content
    }

    mutating func append(_ type: ExtensionType, _ content: [UInt8]) {
        entries.append((type, content))
    }

    func write(to bytes: inout [UInt8]) {
        var list: [UInt8] = []
        for (type, content) in entries {
            list.append(bigEndian: type.rawValue)
            list.append(bigEndian: UInt16(truncatingIfNeeded: content.count))
            list += content
        }
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: list.count))
        bytes += list
    }
}
