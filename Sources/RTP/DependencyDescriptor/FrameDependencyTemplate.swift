/// What a frame is to a decode target (RTP Payload Format for AV1 appendix A.8.3.6).
public enum DecodeTargetIndication: UInt8, Sendable, Hashable {
    /// It is not part of the decode target.
    case notPresent = 0
    /// Part of it, and nothing in it refers to it.
    case discardable = 1
    /// From here on a receiver can switch to the decode target.
    case `switch` = 2
    /// Part of it, and others refer to it.
    case required = 3
}

/// How a frame depends on others: a template that many frames share, or what one frame has of its own.
///
/// Everything is in place, so that a structure can be copied and a descriptor parsed without an allocation.
public struct FrameDependencyTemplate: Hashable, Sendable, BitwiseCopyable {
    /// More references than this in one frame are refused; encoders use three or four.
    public static let maximumFrameDifferences = 8

    /// 0 ... 3.
    public var spatialLayer: UInt8 = 0
    /// 0 ... 7.
    public var temporalLayer: UInt8 = 0
    /// 2 bits for each decode target, the first in the lowest place.
    private var indications: UInt64 = 0
    public private(set) var frameDifferenceCount = 0
    private var frameDifferences: [8 of UInt16] = .init(repeating: 0)
    private var chainDifferences: [32 of UInt8] = .init(repeating: 0)

    public init() {}

    /// What the frame is to a decode target, 0 ... 31.
    public subscript(decodeTarget target: Int) -> DecodeTargetIndication {
        get {
            guard (0..<32).contains(target) else { return .notPresent }
            return DecodeTargetIndication(rawValue: UInt8(truncatingIfNeeded: indications >> UInt64(2 * target) & 3))
                ?? .notPresent
        }
        set {
            guard (0..<32).contains(target) else { return }
            indications &= ~(3 << UInt64(2 * target))
            indications |= UInt64(newValue.rawValue) << UInt64(2 * target)
        }
    }

    /// How many frames back a reference goes: 1 ... 4096; 0 beyond ``frameDifferenceCount``.
    public func frameDifference(_ index: Int) -> Int {
        index >= 0 && index < frameDifferenceCount ? Int(frameDifferences[index]) : 0
    }

    mutating func removeFrameDifferences() {
        frameDifferences = .init(repeating: 0)
        frameDifferenceCount = 0
    }

    /// Adds a reference to the frame that many frames back.
    public mutating func appendFrameDifference(_ difference: Int) throws(RTPError) {
        guard frameDifferenceCount < Self.maximumFrameDifferences else {
            throw .unrepresentable(frameDifferenceCount + 1)
        }
        guard (1...4096).contains(difference) else { throw .unrepresentable(difference) }
        frameDifferences[frameDifferenceCount] = UInt16(difference)
        frameDifferenceCount += 1
    }

    /// How many frames back the last frame of a chain, 0 ... 31, is; 0 when there was none.
    public subscript(chain chain: Int) -> UInt8 {
        get { (0..<32).contains(chain) ? chainDifferences[chain] : 0 }
        set {
            guard (0..<32).contains(chain) else { return }
            chainDifferences[chain] = newValue
        }
    }

    func hasSameIndications(as other: FrameDependencyTemplate) -> Bool { indications == other.indications }

    func hasSameFrameDifferences(as other: FrameDependencyTemplate) -> Bool {
        guard frameDifferenceCount == other.frameDifferenceCount else { return false }
        for index in 0..<frameDifferenceCount where frameDifferences[index] != other.frameDifferences[index] {
            return false
        }
        return true
    }

    func hasSameChainDifferences(as other: FrameDependencyTemplate) -> Bool {
        for index in 0..<32 where chainDifferences[index] != other.chainDifferences[index] { return false }
        return true
    }

    public static func == (left: FrameDependencyTemplate, right: FrameDependencyTemplate) -> Bool {
        left.spatialLayer == right.spatialLayer && left.temporalLayer == right.temporalLayer
            && left.hasSameIndications(as: right) && left.hasSameFrameDifferences(as: right)
            && left.hasSameChainDifferences(as: right)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(spatialLayer)
        hasher.combine(temporalLayer)
        hasher.combine(indications)
    }
}
