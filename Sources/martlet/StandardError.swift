import Glibc

/// For what an operator must read when there is no logger yet.
struct StandardError: TextOutputStream {
    mutating func write(_ string: String) {
        var string = string
        // The bytes live while the closure runs; there is nobody left to tell when they are not taken.
        string.withUTF8 { bytes in _ = unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }

    static func line(_ text: String) {
        var stream = StandardError()
        stream.write(text + "\n")
    }
}
