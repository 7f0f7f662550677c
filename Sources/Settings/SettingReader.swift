import TURN
import Wire

/// Turns written values into typed ones and collects what is wrong, so that one reading finds every error.
struct SettingReader {
    let written: WrittenSettings
    /// The file told nothing, so that what is missing may well stand in it: only what is there is judged.
    let lacksFile: Bool
    var errors: [SettingError]

    /// Reports what was found for a key; a secret's value is left out.
    mutating func report(_ key: SettingKey, _ value: WrittenValue?, expected expectation: String) {
        if value == nil, lacksFile { return }
        errors.append(
            SettingError(
                key: key.fileKey,
                value: key.isSecret ? nil : value?.text,
                origin: value?.origin,
                expectation: expectation
            )
        )
    }

    /// The one value of a setting; nil when it is missing, wrong or given twice, the latter two reported.
    mutating func value<Value>(
        _ key: SettingKey,
        expected expectation: String,
        parse: (String) -> Value?
    ) -> Value? {
        let found = written[key]
        guard let first = found.first else { return nil }
        if found.count > 1 {
            report(key, found.last, expected: "one value; \(first.origin) gives it already")
            return nil
        }
        guard let value = parse(first.text.trimmingSpaces) else {
            report(key, first, expected: expectation)
            return nil
        }
        return value
    }

    /// Every value of a list that is right; a wrong one is reported, and so is a value that stands there twice.
    mutating func list<Value: Hashable>(
        _ key: SettingKey,
        expected expectation: String,
        parse: (String) -> Value?
    ) -> [Value] {
        list(key) { text in
            parse(text).map(Result.success)
                ?? .failure(ConfigurationError(key: key.fileKey, value: "", expected: expectation))
        }
    }

    /// The same with a parser that knows what would be right.
    mutating func list<Value: Hashable>(
        _ key: SettingKey,
        parse: (String) -> Result<Value, ConfigurationError>
    ) -> [Value] {
        var values: [Value] = []
        for item in written[key] {
            switch parse(item.text.trimmingSpaces) {
            case .failure(let error): report(key, item, expected: error.expected)
            case .success(let value) where values.contains(value): report(key, item, expected: "each value once")
            case .success(let value): values.append(value)
            }
        }
        return values
    }

    mutating func bool(_ key: SettingKey) -> Bool {
        value(key, expected: "true or false", parse: Self.parseBool) ?? false
    }

    /// A whole number in a range.
    mutating func number(_ key: SettingKey, in range: ClosedRange<Int64>, default fallback: Int64) -> Int64 {
        value(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard let number = Int64(text), range.contains(number) else { return nil }
            return number
        } ?? fallback
    }

    /// One of the cases of an enumeration, by raw value.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: SettingKey,
        default fallback: Choice
    ) -> Choice where Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        return value(key, expected: "one of \(names.joined(separator: ", "))", parse: Choice.init(rawValue:))
            ?? fallback
    }

    mutating func listeners(_ key: SettingKey) -> [TransportAddress] {
        list(key, expected: Self.listenerExpectation, parse: Self.parseListener)
    }

    /// Listeners of a protocol with a port of its own, which need not be named.
    mutating func listeners(_ key: SettingKey, defaultPort: UInt16) -> [TransportAddress] {
        let expected = "ADDRESS or ADDRESS:PORT, such as 192.0.2.1, 192.0.2.1:443 or [2001:db8::1]:443"
        return list(key, expected: expected) { text in
            guard let ip = IPAddress(text) else { return Self.parseListener(text) }
            return ip.isMulticast ? nil : TransportAddress(ip, port: defaultPort)
        }
    }

    mutating func listener(_ key: SettingKey) -> TransportAddress? {
        value(key, expected: Self.listenerExpectation, parse: Self.parseListener)
    }

    static let listenerExpectation = "ADDRESS:PORT, such as 192.0.2.1:3478, 0.0.0.0:3478 or [2001:db8::1]:3478"

    private static func parseListener(_ text: String) -> TransportAddress? {
        guard let address = TransportAddress(text), address.port > 0, !address.ip.isMulticast else { return nil }
        return address
    }

    static func parseBool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }
}
