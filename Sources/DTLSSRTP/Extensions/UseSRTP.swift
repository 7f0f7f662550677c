import Wire

/// The use_srtp extension (RFC 5764 section 4.1.1): profiles by preference, and an MKI, which is never used here.
struct UseSRTP: Sendable {
    var profiles: [UInt16]
    var mki: [UInt8] = []

    init(profiles: [UInt16]) {
        self.profiles = profiles
    }

    init?(decoding content: [UInt8]) {
        var reader = ByteReader(content.rawSpan)
        do throws(WireError) {
            let length = Int(try reader.readUInt16())
            guard length > 0, length % 2 == 0 else { return nil }
            var list = ByteReader(try reader.readBytes(length))
            profiles = []
            while !list.isAtEnd { profiles.append(try list.readUInt16()) }
            mki = try reader.readBytes(Int(try reader.readUInt8())).array()
            guard reader.isAtEnd else { return nil }
        } catch {
            return nil
        }
    }

    func encoded() -> [UInt8] {
        CodeList.encode(profiles, lengthBytes: 2) + [UInt8(truncatingIfNeeded: mki.count)] + mki
    }
}
