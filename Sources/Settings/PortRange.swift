/// Parsing of `MIN-MAX`.
enum PortRange {
    /// Both ends inclusive, 1-65535, the first not above the last. One number is a range of one.
    static func parse(_ text: some StringProtocol) -> ClosedRange<UInt16>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(ends.count), let first = port(ends[0]), let last = port(ends[ends.count - 1]),
            first <= last
        else { return nil }
        return first...last
    }

    private static func port(_ text: some StringProtocol) -> UInt16? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let port = UInt16(text),
            port > 0
        else { return nil }
        return port
    }
}
