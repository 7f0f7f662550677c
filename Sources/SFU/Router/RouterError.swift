/// Why a control call was refused.
public enum RouterError: Error, Equatable, Sendable {
    /// The handle names a room that is closed.
    case unknownRoom
    case unknownParticipant
    case unknownPublication
    case unknownSubscription
    /// The room has its maximum of participants.
    case roomFull(maximum: Int)
    /// The room has a participant with this id.
    case duplicateParticipant(UInt64)
    /// Two streams of one connection cannot have the same SSRC.
    case duplicateSSRC(UInt32)
    /// Two publications of one participant cannot have the same MID.
    case duplicateMID
    /// More publications than ``Limits/publicationCount``.
    case tooManyPublications(maximum: Int)
    /// None, or more than ``Limits/encodingCount``.
    case encodingCount(Int)
    /// None, or more than 64.
    case codecCount(Int)
    /// The clock rate of a codec is 0, or above ``Limits/maximumClockRate``.
    case clockRate(UInt32)
    /// The publication is in another room.
    case differentRoom
}
