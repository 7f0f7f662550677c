/// Where a value was written, for messages.
public enum SettingOrigin: Hashable, Sendable {
    case flag(String)
    case environment(String)
    /// A file, the line of the value counted from 1, and the key as it stands there.
    case file(path: String, line: Int?, key: String)
}

extension SettingOrigin: CustomStringConvertible {
    public var description: String {
        switch self {
        case .flag(let name): name
        case .environment(let name): name
        case .file(let path, let line?, let key): "\(path):\(line): \(key)"
        case .file(let path, nil, let key): "\(path): \(key)"
        }
    }
}
