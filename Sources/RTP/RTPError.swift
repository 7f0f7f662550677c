public import Wire

/// What can be wrong with RTP, RTCP and payload descriptors.
///
/// The cases carry integers only, so throwing one allocates nothing.
public enum RTPError: Error, Equatable, Sendable {
    /// Fewer bytes were left than the next field takes.
    case truncated(needed: Int, available: Int)
    /// The buffer given to a writer is too small.
    case noCapacity(needed: Int, available: Int)
    /// The version field is not 2.
    case version(UInt8)
    /// The padding count is 0 or exceeds what follows the header.
    case padding(count: Int, available: Int)
    /// A length field contradicts what it should enclose.
    case length(Int)
    /// The message has another packet type or feedback format than the view that was asked to read it.
    case unexpectedType(packetType: UInt8, format: UInt8)
    /// A field holds a value that its specification rules out.
    case invalidField(offset: Int)
    /// A value does not fit the field that should carry it.
    case unrepresentable(Int)
    /// A dependency descriptor refers to a template structure that has not arrived or lacks the template.
    case unknownTemplate(Int)

    /// The same complaint of a ``ByteReader`` or ``ByteWriter``.
    @inlinable
    public init(_ error: WireError) {
        switch error {
        case .truncated(let needed, let available): self = .truncated(needed: needed, available: available)
        case .noCapacity(let needed, let available): self = .noCapacity(needed: needed, available: available)
        }
    }
}
