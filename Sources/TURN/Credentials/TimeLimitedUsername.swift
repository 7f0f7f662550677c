/// The parts of `<expiry unix>:<namespace>[:<user>]`.
struct TimeLimitedUsername {
    /// Seconds since 1970.
    let expiryUnixSeconds: UInt64
    /// Whose allocations are counted together; nil when the username names nobody.
    let user: ArraySlice<UInt8>?

    /// - Parameter namespace: Which one the username must name. Nil: everything after the expiry is the user.
    /// - Returns: nil when it is no such username or one of another namespace.
    init?(_ username: [UInt8], namespace: [UInt8]?) {
        let colon = UInt8(ascii: ":")
        let expiryEnd = username.firstIndex(of: colon) ?? username.endIndex
        let digits = username[..<expiryEnd]
        guard !digits.isEmpty else { return nil }
        var expiry: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (product, overflow) = expiry.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            expiry = sum
        }
        expiryUnixSeconds = expiry

        var rest = username[expiryEnd...].dropFirst()
        if let namespace {
            guard expiryEnd < username.endIndex else { return nil }
            let end = rest.firstIndex(of: colon) ?? rest.endIndex
            guard rest[..<end].elementsEqual(namespace) else { return nil }
            rest = rest[end...].dropFirst()
        }
        user = rest.isEmpty ? nil : rest
    }
}
