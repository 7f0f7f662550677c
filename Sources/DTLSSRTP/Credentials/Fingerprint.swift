import Crypto

/// The hash of a certificate as SDP announces it (RFC 8122 section 5): `sha-256 12:DF:...`.
public struct Fingerprint: Hashable, Sendable {
    public enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case sha256 = "sha-256"
        case sha384 = "sha-384"
        case sha512 = "sha-512"

        /// The length of a digest in bytes.
        public var length: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    public let algorithm: Algorithm
    public let bytes: [UInt8]

    /// Nil when there are not as many bytes as the algorithm makes.
    public init?(algorithm: Algorithm, bytes: [UInt8]) {
        guard bytes.count == algorithm.length else { return nil }
        self.algorithm = algorithm
        self.bytes = bytes
    }

    /// The fingerprint of a certificate in DER.
    public init(of certificate: [UInt8], algorithm: Algorithm = .sha256) {
        self.algorithm = algorithm
        bytes =
            switch algorithm {
            case .sha256: Array(SHA256.hash(data: certificate))
            case .sha384: Array(SHA384.hash(data: certificate))
            case .sha512: Array(SHA512.hash(data: certificate))
            }
    }

    public func matches(_ certificate: [UInt8]) -> Bool {
        self == Fingerprint(of: certificate, algorithm: algorithm)
    }
}

extension Fingerprint: LosslessStringConvertible {
    /// Reads the value of an `a=fingerprint` line. The algorithm's name and the digits may be in either case.
    public init?(_ description: String) {
        let parts = description.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, let algorithm = Algorithm(rawValue: parts[0].lowercased()) else { return nil }
        var bytes: [UInt8] = []
        for pair in parts[1].split(separator: ":", omittingEmptySubsequences: false) {
            guard pair.utf8.count == 2, pair.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                let byte = UInt8(pair, radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        self.init(algorithm: algorithm, bytes: bytes)
    }

    /// The form that SDP wants: upper-case digits.
    public var description: String {
        let digits = Array("0123456789ABCDEF")
        let pairs = bytes.map { String([digits[Int($0 >> 4)], digits[Int($0 & 0xF)]]) }
        return algorithm.rawValue + " " + pairs.joined(separator: ":")
    }
}
