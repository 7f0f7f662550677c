/// The kind of an RTCP message (RFC 3550 section 12.1, RFC 4585 section 6.1, RFC 3611 section 2).
public struct RTCPPacketType: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable
    public init(_ rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let senderReport = RTCPPacketType(200)
    public static let receiverReport = RTCPPacketType(201)
    public static let sourceDescription = RTCPPacketType(202)
    public static let goodbye = RTCPPacketType(203)
    public static let application = RTCPPacketType(204)
    /// Feedback about transport: NACK, transport-wide feedback, congestion control feedback.
    public static let transportFeedback = RTCPPacketType(205)
    /// Feedback about a payload: PLI, FIR, REMB.
    public static let payloadFeedback = RTCPPacketType(206)
    public static let extendedReport = RTCPPacketType(207)
}
