/// A file with one secret per line. Empty lines and white space at the ends of a line do not count.
public enum SecretFile {
    /// Why a file gives no secret.
    public struct Unusable: Error {
        /// What would be right, in words that follow "expected".
        public let expectation: String
    }

    /// The secrets of a file, at least one.
    public static func read(_ path: String) throws(Unusable) -> [String] {
        try read(path, readFile: SettingSources.readFromDisk)
    }

    static func read(_ path: String, readFile: SettingSources.ReadFile) throws(Unusable) -> [String] {
        switch readFile(path) {
        case .failure(let error):
            throw Unusable(expectation: "a readable file with one secret per line (\(error.reason))")
        case .success(let text):
            let secrets = text.split(whereSeparator: \.isNewline).map(\.trimmingSpaces).filter { !$0.isEmpty }
            guard !secrets.isEmpty else { throw Unusable(expectation: "a file with one secret per line (it is empty)") }
            return secrets
        }
    }
}
