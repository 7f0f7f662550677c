extension SessionDescription {
    /// Reads a description that came from a peer. Lines end in CRLF or LF.
    ///
    /// - Throws: the first line that breaks the grammar of RFC 8866, or of the RFC that defines a known attribute.
    /// - Complexity: O(n) in the length of the text.
    public init(parsing text: String) throws(SDPError) {
        var lines = try Lines(text)
        try lines.require(UInt8(ascii: "v")) { $0.elementsEqual("0".utf8) ? true : nil }
        origin = try lines.require(UInt8(ascii: "o"), Origin.init(_:))
        // RFC 8866 section 5.3 asks for one character at least; some leave it empty, and nobody reads it.
        name = try lines.require(UInt8(ascii: "s")) { $0.string }
        (self.lines, attributes) = try lines.section(order: "iuepcbtrzka")
        guard self.lines.contains(where: { $0.type == UInt8(ascii: "t") }) else {
            throw lines.error(.missingLine(UInt8(ascii: "t")))
        }
        media = try lines.mediaSections()
        try lines.requireEnd()
    }
}

/// The lines of a text, one after the other.
struct Lines {
    private let lines: [Text]
    private var position = 0

    init(_ text: String) throws(SDPError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= SDPLimits.bytes else { throw SDPError(line: 1, reason: .tooLarge) }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for index in lines.indices {
            if lines[index].last == UInt8(ascii: "\r") { lines[index].removeLast() }
            let line = lines[index]
            guard line.count <= SDPLimits.bytesPerLine else { throw SDPError(line: index + 1, reason: .tooLarge) }
            guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: "="),
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(line[line.startIndex]),
                !line.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") })
            else { throw SDPError(line: index + 1, reason: .malformedLine) }
        }
        self.lines = lines
    }

    func error(_ reason: SDPError.Reason) -> SDPError { SDPError(line: position + 1, reason: reason) }

    /// The type of the next line.
    private var nextType: UInt8? { position < lines.count ? lines[position].first : nil }

    private mutating func takeValue() -> Text {
        defer { position += 1 }
        return lines[position].dropFirst(2)
    }

    /// Takes a line of this type.
    @discardableResult
    mutating func require<Value>(_ type: UInt8, _ parse: (Text) -> Value?) throws(SDPError) -> Value {
        guard nextType == type else {
            throw error(nextType.map { .unexpectedLine($0) } ?? .missingLine(type))
        }
        guard let value = parse(lines[position].dropFirst(2)) else { throw error(.malformedValue(type)) }
        position += 1
        return value
    }

    /// Takes lines whose types stand in this order, up to the next `m=` or the end.
    mutating func section(order: String) throws(SDPError) -> (lines: [RawLine], attributes: [Attribute]) {
        let order = Array(order.utf8)
        var rank = 0
        var rawLines: [RawLine] = []
        var attributes: [Attribute] = []
        while let type = nextType, type != UInt8(ascii: "m") {
            guard let found = order.firstIndex(of: type) else { throw error(.unexpectedLine(type)) }
            // Time descriptions repeat with what belongs to them; everything else keeps to the order.
            let isRepeatedTime = type == UInt8(ascii: "t") && rank == order.firstIndex(of: UInt8(ascii: "r"))
            guard found >= rank || isRepeatedTime else { throw error(.unexpectedLine(type)) }
            rank = found
            if type == UInt8(ascii: "a") {
                guard attributes.count < SDPLimits.attributesPerSection else { throw error(.tooLarge) }
                do throws(AttributeError) {
                    attributes.append(try Attribute(lines[position].dropFirst(2)))
                } catch {
                    throw self.error(.malformedAttribute(error.name))
                }
                position += 1
            } else {
                guard rawLines.count < SDPLimits.attributesPerSection else { throw error(.tooLarge) }
                guard Self.isValid(lines[position].dropFirst(2), type: type) else { throw error(.malformedValue(type)) }
                rawLines.append(RawLine(type: type, value: takeValue().string))
            }
        }
        return (rawLines, attributes)
    }

    mutating func mediaSections() throws(SDPError) -> [MediaDescription] {
        var media: [MediaDescription] = []
        while nextType == UInt8(ascii: "m") {
            guard media.count < SDPLimits.mediaSections else { throw error(.tooLarge) }
            var section = try require(UInt8(ascii: "m"), MediaDescription.init(_:))
            (section.lines, section.attributes) = try self.section(order: "icbka")
            media.append(section)
        }
        return media
    }

    func requireEnd() throws(SDPError) {
        if let type = nextType { throw error(.unexpectedLine(type)) }
    }

    /// The grammar of the lines that are kept as text and that somebody acts on.
    private static func isValid(_ value: Text, type: UInt8) -> Bool {
        switch type {
        case UInt8(ascii: "t"):
            let words = value.words() ?? []
            return words.count == 2 && words.allSatisfy { $0.number(UInt64.self) != nil }
        case UInt8(ascii: "c"):
            let words = value.words() ?? []
            return words.count == 3 && words[0].elementsEqual("IN".utf8) && words[1].token != nil
        case UInt8(ascii: "b"):
            let (kind, number) = value.cut(at: UInt8(ascii: ":"))
            return kind.token != nil && number?.number(UInt64.self) != nil
        default:
            return !value.isEmpty
        }
    }
}
