/// What is wrong with a session description, and in which line.
public struct SDPError: Error, Equatable, Sendable {
    public enum Reason: Equatable, Sendable {
        /// More bytes, lines, media sections or attributes than ``SDPLimits`` allows.
        case tooLarge
        /// Not of the form `x=value`, or with a control character.
        case malformedLine
        /// A line of this type may not stand here (RFC 8866 section 5 fixes the order).
        case unexpectedLine(UInt8)
        /// A line of this type is required and missing.
        case missingLine(UInt8)
        /// The value of a line of this type breaks its grammar.
        case malformedValue(UInt8)
        /// The value of the attribute with this name breaks its grammar.
        case malformedAttribute(String)
    }

    /// Counted from 1.
    public var line: Int
    public var reason: Reason

    public init(line: Int, reason: Reason) {
        self.line = line
        self.reason = reason
    }
}

extension SDPError: CustomStringConvertible {
    /// One sentence for a person.
    public var description: String {
        func quoted(_ type: UInt8) -> String { "\"\(Character(Unicode.Scalar(type)))=\"" }
        let text =
            switch reason {
            case .tooLarge: "the description is too large"
            case .malformedLine: "not a line of the form x=value"
            case .unexpectedLine(let type): "\(quoted(type)) may not stand here"
            case .missingLine(let type): "\(quoted(type)) is missing"
            case .malformedValue(let type): "\(quoted(type)) has a malformed value"
            case .malformedAttribute(let name): "attribute \(name) has a malformed value"
            }
        return "line \(line): \(text)"
    }
}

/// What a description may cost us before we know who sent it.
public enum SDPLimits {
    /// A room of 100 with camera, microphone and screen from everybody stays below.
    public static let bytes = 1 << 20
    /// The longest lines are BUNDLE groups of hundreds of media sections.
    public static let bytesPerLine = 8192
    public static let mediaSections = 512
    /// A section of a browser has about 100, and candidates come on top.
    public static let attributesPerSection = 1024
}
