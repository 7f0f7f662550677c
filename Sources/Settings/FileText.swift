import Glibc

/// The text of a small file.
struct FileText {
    /// Why a file could not be read, in words.
    struct Unreadable: Error {
        let reason: String
    }

    /// A configuration or a certificate chain is far smaller; more is a mistake.
    static let maximumByteCount = 1 << 20

    /// Reads a whole file of at most 1 MiB of UTF-8.
    static func read(_ path: String) throws(Unreadable) -> String {
        guard let file = unsafe fopen(path, "re") else { throw Unreadable(reason: currentErrorText()) }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= maximumByteCount else { throw Unreadable(reason: "longer than 1 MiB") }
            if count < chunk.count { break }
        }
        guard unsafe ferror(file) == 0 else { throw Unreadable(reason: currentErrorText()) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Unreadable(reason: "not UTF-8 text") }
        return text
    }

    private static func currentErrorText() -> String {
        guard let text = unsafe strerror(errno) else { return "error \(errno)" }
        return unsafe String(cString: text).lowercased()
    }
}
