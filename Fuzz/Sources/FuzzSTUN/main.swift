import FuzzSupport
import STUN
import Wire

let keys = IntegrityAlgorithm.allCases.map { algorithm in
    let secret: [UInt8] = [1, 2, 3]
    return IntegrityKey(secret.rawSpan, preparedFor: algorithm)
}

/// Decodes the attribute, and if that works writes it and decodes it again: both must say the same.
func roundTrip<Value: Attribute & Equatable>(
    _ type: Value.Type,
    _ message: borrowing MessageView,
    _ location: AttributeLocation
) {
    guard let value = try? message.decode(location, as: type) else { return }
    precondition(value.byteCount <= 32, "fixed values are short")
    var memory = [UInt8](repeating: 0, count: 64)
    do {
        var span = memory.mutableSpan
        var writer = try MessageWriter(
            unsafe span.mutableBytes,
            message.messageClass,
            message.method,
            transactionID: message.transactionID
        )
        try writer.write(value)
        _ = try writer.finish()
    } catch {
        preconditionFailure("64 bytes hold a header and a fixed value")
    }
    let count = 24 + (value.byteCount + 3) / 4 * 4
    let again = memory.rawSpan.extracting(0..<count)
    guard let written = try? MessageView(parsing: again), let copy = try? written.first(type) else {
        preconditionFailure("what was written is read")
    }
    precondition(copy == value, "what was written is what was read")
    precondition(written.type == message.type, "the type survives")
}

fuzz { bytes in
    guard let message = try? MessageView(parsing: bytes) else { return }
    _ = message.fingerprintStatus
    for key in keys {
        for algorithm in IntegrityAlgorithm.allCases { _ = message.isAuthentic(algorithm, key: key) }
    }
    let unknown = message.unknownAttributes(known: .stun.union(.turn).union(.ice))
    for index in 0..<unknown.count { precondition(unknown[index].isComprehensionRequired, "only required ones") }
    for type in [.username, .realm, .nonce, .software, .alternateDomain] as [AttributeType] {
        guard let text = try? message.text(type) else { continue }
        precondition(text.byteCount <= MessageView.maximumTextLength, "text is limited")
        _ = try? OpaqueString.enforce(String(decoding: text.array(), as: UTF8.self))
    }
    if let nonce = message.first(.nonce) { _ = NonceCookie.features(of: nonce) }
    _ = message.errorReason?.byteCount
    var end = STUNHeader.byteCount
    var cursor = AttributeCursor()
    while let location = message.next(&cursor) {
        precondition(location.range.lowerBound == end + 4, "attributes follow each other")
        end = (location.range.upperBound + 3) & ~3
        precondition(end <= bytes.byteCount, "attributes stay inside the message")
        switch location.type {
        case .mappedAddress: roundTrip(MappedAddress.self, message, location)
        case .xorMappedAddress: roundTrip(XorMappedAddress.self, message, location)
        case .xorPeerAddress: roundTrip(XorPeerAddress.self, message, location)
        case .xorRelayedAddress: roundTrip(XorRelayedAddress.self, message, location)
        case .alternateServer: roundTrip(AlternateServer.self, message, location)
        case .errorCode: roundTrip(ErrorCode.self, message, location)
        case .addressErrorCode: roundTrip(AddressErrorCode.self, message, location)
        case .unknownAttributes: _ = try? message.decode(location, as: UnknownAttributes.self)
        case .passwordAlgorithm: roundTrip(PasswordAlgorithm.self, message, location)
        case .passwordAlgorithms: roundTrip(PasswordAlgorithms.self, message, location)
        case .userHash: roundTrip(UserHash.self, message, location)
        case .lifetime: roundTrip(Lifetime.self, message, location)
        case .channelNumber: roundTrip(ChannelNumber.self, message, location)
        case .requestedTransport: roundTrip(RequestedTransport.self, message, location)
        case .requestedAddressFamily: roundTrip(RequestedAddressFamily.self, message, location)
        case .additionalAddressFamily: roundTrip(AdditionalAddressFamily.self, message, location)
        case .evenPort: roundTrip(EvenPort.self, message, location)
        case .reservationToken: roundTrip(ReservationToken.self, message, location)
        case .icmp: roundTrip(ICMP.self, message, location)
        case .priority: roundTrip(Priority.self, message, location)
        case .iceControlled: roundTrip(IceControlled.self, message, location)
        case .iceControlling: roundTrip(IceControlling.self, message, location)
        default: _ = message.value(of: location).byteCount
        }
    }
}
