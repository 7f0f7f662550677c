import STUN
import Wire

/// An attribute of a request under construction, right or wrong.
struct TestAttribute: Sendable {
    let type: AttributeType
    let value: @Sendable (TransactionID) -> [UInt8]

    init<Value: Attribute>(_ attribute: Value) {
        type = Value.type
        value = { transactionID in
            var bytes = [UInt8](repeating: 0, count: attribute.byteCount)
            var span = bytes.mutableSpan
            var writer = unsafe ByteWriter(span.mutableBytes)
            do throws(WireError) {
                try attribute.encode(to: &writer, transactionID: transactionID)
            } catch { preconditionFailure("the attribute fits") }
            return bytes
        }
    }

    init(_ type: AttributeType, _ bytes: [UInt8] = []) {
        self.type = type
        value = { _ in bytes }
    }

    init(_ type: AttributeType, _ text: String) {
        self.init(type, Array(text.utf8))
    }

    static let udp = TestAttribute(RequestedTransport(protocolNumber: 17))
    static let dontFragment = TestAttribute(.dontFragment)
    static let evenPort = TestAttribute(EvenPort(reservesNext: false))
    static let evenPortPair = TestAttribute(EvenPort(reservesNext: true))

    static func peer(_ address: TransportAddress) -> TestAttribute { TestAttribute(XorPeerAddress(address)) }
    static func peer(_ text: String) -> TestAttribute { peer(address(text)) }
    static func channel(_ number: UInt16) -> TestAttribute { TestAttribute(ChannelNumber(rawValue: number)) }
    static func lifetime(_ seconds: UInt32) -> TestAttribute { TestAttribute(Lifetime(seconds: seconds)) }
    static func data(_ bytes: [UInt8]) -> TestAttribute { TestAttribute(.data, bytes) }
    static func token(_ value: UInt64) -> TestAttribute { TestAttribute(ReservationToken(value)) }
    static func requestedFamily(_ family: AddressFamily) -> TestAttribute {
        TestAttribute(RequestedAddressFamily(family))
    }
    static func additionalFamily(_ family: AddressFamily) -> TestAttribute {
        TestAttribute(AdditionalAddressFamily(family))
    }
}

/// An address that the test knows to be one.
func address(_ text: String) -> TransportAddress {
    guard let address = TransportAddress(text) else { preconditionFailure("\(text) is no transport address") }
    return address
}

func ip(_ text: String) -> IPAddress {
    guard let ip = IPAddress(text) else { preconditionFailure("\(text) is no IP address") }
    return ip
}
