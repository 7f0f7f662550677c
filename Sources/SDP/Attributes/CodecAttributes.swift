/// What a payload type means (RFC 8866 section 6.6).
public struct RTPMap: Equatable, Sendable {
    /// 0 to 127.
    public var payloadType: UInt8
    public var encoding: String
    public var clockRateHz: UInt32
    public var channels: UInt8?

    public init(payloadType: UInt8, encoding: String, clockRateHz: UInt32, channels: UInt8? = nil) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRateHz = clockRateHz
        self.channels = channels
    }
}

extension RTPMap {
    init?(_ text: Text) {
        guard let words = text.words(), words.count == 2, let payloadType = words[0].payloadType else { return nil }
        let pieces = words[1].pieces(UInt8(ascii: "/"))
        guard (2...3).contains(pieces.count), let encoding = pieces[0].token,
            let clockRate = pieces[1].number(UInt32.self), clockRate > 0
        else { return nil }
        self.init(payloadType: payloadType, encoding: encoding, clockRateHz: clockRate)
        if pieces.count == 3 {
            guard let number = pieces[2].number(UInt8.self), number > 0 else { return nil }
            channels = number
        }
    }

    var text: String {
        "\(payloadType) \(encoding)/\(clockRateHz)" + (channels.map { "/\($0)" } ?? "")
    }
}

/// Parameters of a payload type (RFC 8866 section 6.15).
public struct FormatParameters: Equatable, Sendable {
    /// 0 to 127.
    public var payloadType: UInt8
    public var value: String

    public init(payloadType: UInt8, value: String) {
        self.payloadType = payloadType
        self.value = value
    }

    /// The value of `name=value`, compared without regard to case; empty for a name alone.
    public func parameter(_ name: String) -> String? {
        for piece in ArraySlice(value.utf8).pieces(UInt8(ascii: ";")) {
            let (head, tail) = piece.drop { $0 == UInt8(ascii: " ") }.cut(at: UInt8(ascii: "="))
            if head.string.lowercased() == name.lowercased() { return tail?.string ?? "" }
        }
        return nil
    }
}

extension FormatParameters {
    init?(_ text: Text) {
        let (format, value) = text.cut(at: UInt8(ascii: " "))
        guard let payloadType = format.payloadType, let value, !value.isEmpty else { return nil }
        self.init(payloadType: payloadType, value: value.string)
    }

    var text: String { "\(payloadType) \(value)" }
}

/// Feedback that the sender of the description understands (RFC 4585 section 4.2).
public struct RTCPFeedback: Equatable, Sendable {
    /// nil is `*`: all payload types of the section.
    public var payloadType: UInt8?
    /// Such as `nack pli`.
    public var value: String

    public init(payloadType: UInt8?, value: String) {
        self.payloadType = payloadType
        self.value = value
    }
}

extension RTCPFeedback {
    init?(_ text: Text) {
        let (format, value) = text.cut(at: UInt8(ascii: " "))
        guard let value, value.words() != nil else { return nil }
        if !format.elementsEqual("*".utf8) {
            guard let number = format.payloadType else { return nil }
            payloadType = number
        }
        self.value = value.string
    }

    var text: String { "\(payloadType.map(String.init) ?? "*") \(value)" }
}

extension Text {
    /// An RTP payload type: seven bits.
    var payloadType: UInt8? {
        guard let number = number(UInt8.self), number < 128 else { return nil }
        return number
    }
}
