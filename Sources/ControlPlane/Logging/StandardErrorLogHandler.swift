import Glibc
public import Logging

/// Writes one line per event to standard error, as text or as JSON.
///
/// A line is one `write`, so that lines of several threads do not mix. Text is
/// `2026-01-31T23:59:59.123Z warning turn: message key=value other="two words"`; JSON has the fields `time`, `level`,
/// `label`, `message` and the metadata's keys.
public struct StandardErrorLogHandler: LogHandler {
    public enum Format: Sendable {
        case text, json
    }

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: Format
    private let write: @Sendable (String) -> Void
    private let time: @Sendable () -> String

    public init(label: String, level: Logger.Level, format: Format) {
        self.init(label: label, level: level, format: format, time: LogTimestamp.now, write: Self.writeToStandardError)
    }

    init(
        label: String,
        level: Logger.Level,
        format: Format,
        time: @escaping @Sendable () -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.time = time
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
        if let own = event.metadata { merged.merge(own) { _, new in new } }
        if let error = event.error { merged[LogKey.errorReason.rawValue] = "\(error)" }
        let pairs = merged.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let message = event.message.description
        switch format {
        case .text:
            let fields = pairs.map { " \($0.0)=\(Self.quotedIfNeeded($0.1))" }.joined()
            write("\(time()) \(event.level) \(label): \(Self.oneLine(message))\(fields)\n")
        case .json:
            let fields =
                [("time", time()), ("level", "\(event.level)"), ("label", label), ("message", message)] + pairs
            let body = fields.map { "\(Self.jsonString($0.0)):\(Self.jsonString($0.1))" }.joined(separator: ",")
            write("{\(body)}\n")
        }
    }

    /// A value with nothing special in it as it stands, any other as a JSON string: an event stays one line.
    private static func quotedIfNeeded(_ text: String) -> String {
        let plain =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0 != "\\" }
        return plain ? text : jsonString(text)
    }

    private static func oneLine(_ text: String) -> String {
        text.unicodeScalars.contains { $0.value < 0x20 } ? jsonString(text) : text
    }

    /// A JSON string, RFC 8259 section 7.
    static func jsonString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func writeToStandardError(_ line: String) {
        var line = line
        // The bytes live while the closure runs; what a full or closed pipe does not take is lost.
        line.withUTF8 { bytes in _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }
}
