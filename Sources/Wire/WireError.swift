/// What can be wrong with bytes before any protocol looks at them.
///
/// The cases carry integers only, so throwing one allocates nothing.
public enum WireError: Error, Equatable, Sendable {
    /// Fewer bytes were left than the next field takes.
    case truncated(needed: Int, available: Int)
    /// The buffer given to a writer is too small for the next field.
    case noCapacity(needed: Int, available: Int)
}
