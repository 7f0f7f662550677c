import Yams

/// Settings from a YAML file: one mapping, our keys and the aliases of ``OramaAlias``.
///
/// Values are taken as the text that stands there, so that `on`, `010` and `1e3` mean the same as on the command line.
struct FileSource {
    let path: String
    private(set) var settings = WrittenSettings()
    private(set) var errors: [SettingError] = []
    /// The text is no mapping, and nothing of it was read.
    private(set) var isUnusable = false

    init(path: String, text: String) {
        self.path = path
        do {
            guard let node = try Yams.compose(yaml: text) else { return }
            guard let mapping = node.mapping else {
                if node.scalar?.string.isEmpty == true { return }
                isUnusable = true
                report(key: "file", line: node.mark?.line, expectation: "a mapping of keys to values")
                return
            }
            read(mapping)
        } catch {
            isUnusable = true
            let (reason, line) = Self.describe(error)
            report(key: "file", line: line, expectation: "valid YAML: \(reason)")
        }
    }

    private mutating func read(_ mapping: Node.Mapping) {
        let hasCertificate = mapping.contains { ["tls_certificate", "tls_cert_path"].contains($0.key.string) }
        var relayPorts = OramaAlias.RelayPorts()
        for (keyNode, node) in mapping {
            let name = keyNode.scalar?.string ?? ""
            let line = keyNode.mark?.line
            let origin = SettingOrigin.file(path: path, line: line, key: name)
            if let key = SettingKey(fileKey: name) {
                for text in texts(of: node, isList: key.isList, name: name, line: line) {
                    add(text, for: key, origin: origin)
                }
            } else if let alias = OramaAlias(rawValue: name) {
                guard let text = texts(of: node, isList: false, name: name, line: line).first else { continue }
                switch alias.meaning(hasCertificate: hasCertificate) {
                case .setting(let key): add(text, for: key, origin: origin)
                case .firstRelayPort: relayPorts.first = WrittenValue(text, origin: origin)
                case .lastRelayPort: relayPorts.last = WrittenValue(text, origin: origin)
                }
            } else if name == "tenants" {
                report(
                    key: name,
                    line: line,
                    expectation: "one namespace per process: run one `martlet turn` for each tenant"
                )
            } else {
                report(key: name, line: line, expectation: Suggestion.expectation(forUnknown: name))
            }
        }
        switch relayPorts.joined() {
        case .none: break
        case .some(.success(let value)): add(value.text, for: .relayPorts, origin: value.origin)
        case .some(.failure(let error)): errors.append(error)
        }
    }

    /// Adds a value, unless a list's or a single setting's two spellings both stand in the file.
    private mutating func add(_ text: String, for key: SettingKey, origin: SettingOrigin) {
        if !key.isList, let other = settings[key].first {
            errors.append(
                SettingError(
                    key: key.fileKey,
                    origin: origin,
                    expectation: "one value; \(other.origin) gives it already"
                )
            )
            return
        }
        settings.add(text, for: key, origin: origin)
    }

    private mutating func texts(of node: Node, isList: Bool, name: String, line: Int?) -> [String] {
        switch node {
        case .scalar(let scalar):
            if node.null != nil, scalar.style == .plain || scalar.style == .any {
                report(key: name, line: line, expectation: "a value, or no such line")
                return []
            }
            return [scalar.string]
        case .sequence(let sequence) where isList:
            return sequence.flatMap { texts(of: $0, isList: false, name: name, line: $0.mark?.line ?? line) }
        case .sequence:
            report(key: name, line: line, expectation: "one value, not a list")
        case .mapping, .alias:
            report(key: name, line: line, expectation: isList ? "a list of values" : "one value")
        }
        return []
    }

    private mutating func report(key: String, line: Int?, expectation: String) {
        errors.append(
            SettingError(
                key: key,
                origin: .file(path: path, line: line, key: key),
                expectation: expectation
            )
        )
    }

    /// The parser's words and the line, without its copy of the text: that may hold a secret.
    private static func describe(_ error: any Error) -> (reason: String, line: Int?) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (problem, mark.line)
        case .reader(let problem, _, _, _): (problem, nil)
        case .duplicatedKeysInMapping(let duplicates, let context):
            ("the key \(duplicates.map { "`\($0)`" }.joined(separator: ", ")) stands there twice", context.mark.line)
        default: ("it cannot be read", nil)
        }
    }
}
