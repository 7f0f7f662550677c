/// An encoding that one side wants to send or receive (RFC 8851 section 4).
public struct RIDDescription: Equatable, Sendable {
    public enum Direction: String, Sendable {
        case send
        case recv
    }

    public var rid: RID
    public var direction: Direction
    /// `pt=` and restrictions, as text.
    public var restrictions: String?

    public init(rid: RID, direction: Direction, restrictions: String? = nil) {
        self.rid = rid
        self.direction = direction
        self.restrictions = restrictions
    }
}

extension RIDDescription {
    init?(_ text: Text) {
        guard let words = text.words(), (2...3).contains(words.count), let rid = RID(words[0]),
            let direction = Direction(rawValue: words[1].string)
        else { return nil }
        self.init(rid: rid, direction: direction, restrictions: words.count == 3 ? words[2].string : nil)
    }

    var text: String { "\(rid) \(direction.rawValue)" + (restrictions.map { " \($0)" } ?? "") }
}

/// The encodings of a track that are sent side by side (RFC 8853 section 5.1).
public struct Simulcast: Equatable, Sendable {
    /// One of the alternatives of a stream.
    public struct Encoding: Equatable, Sendable {
        public var rid: RID
        /// Written with `~`: agreed, but not sent for now.
        public var isPaused: Bool

        public init(rid: RID, isPaused: Bool = false) {
            self.rid = rid
            self.isPaused = isPaused
        }
    }

    /// Streams in order of preference, each with its alternatives; empty when the description says nothing about it.
    public var send: [[Encoding]]
    public var receive: [[Encoding]]

    public init(send: [[Encoding]] = [], receive: [[Encoding]] = []) {
        self.send = send
        self.receive = receive
    }
}

extension Simulcast {
    init?(_ text: Text) {
        self.init()
        guard let words = text.words(), words.count == 2 || words.count == 4 else { return nil }
        for index in stride(from: 0, to: words.count, by: 2) {
            guard let streams = Self.streams(words[index + 1]) else { return nil }
            switch words[index].string {
            case "send" where send.isEmpty: send = streams
            case "recv" where receive.isEmpty: receive = streams
            default: return nil
            }
        }
    }

    private static func streams(_ text: Text) -> [[Encoding]]? {
        var streams: [[Encoding]] = []
        for stream in text.pieces(UInt8(ascii: ";")) {
            var alternatives: [Encoding] = []
            for piece in stream.pieces(UInt8(ascii: ",")) {
                let isPaused = piece.first == UInt8(ascii: "~")
                guard let rid = RID(isPaused ? piece.dropFirst() : piece) else { return nil }
                alternatives.append(Encoding(rid: rid, isPaused: isPaused))
            }
            streams.append(alternatives)
        }
        return streams
    }

    var text: String {
        func write(_ streams: [[Encoding]]) -> String {
            streams.map { $0.map { ($0.isPaused ? "~" : "") + $0.rid.rawValue }.joined(separator: ",") }
                .joined(separator: ";")
        }
        let parts = [send.isEmpty ? nil : "send \(write(send))", receive.isEmpty ? nil : "recv \(write(receive))"]
        return parts.compactMap(\.self).joined(separator: " ")
    }
}

extension RID {
    /// RFC 8851 section 10, as corrected: letters, digits, `-` and `_`.
    init?(_ text: Text) {
        guard (1...255).contains(text.count),
            text.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
        else { return nil }
        self.init(text.string)
    }
}
