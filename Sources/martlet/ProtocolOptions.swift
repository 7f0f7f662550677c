import ArgumentParser
import Settings

struct ProtocolOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Answer STUN Binding requests. (default: on)", valueName: "on|off"))
    var stun: String?

    @Flag(inversion: .prefixedNo, help: "An IPv4 and an IPv6 address for one allocation (ADDITIONAL-ADDRESS-FAMILY).")
    var dualAllocation: Bool?

    @Flag(inversion: .prefixedNo, help: "Reserve the next port on request (EVEN-PORT with R, RESERVATION-TOKEN).")
    var evenPortReservation: Bool?

    @Flag(
        name: .customLong("rfc5766-channels"),
        inversion: .prefixedNo,
        help: "Channel numbers up to 0x7FFF, which older clients use."
    )
    var rfc5766Channels: Bool?

    func write(to written: inout WrittenSettings) {
        written.addFlag(.stun, stun)
        written.addFlag(.dualAllocation, dualAllocation)
        written.addFlag(.evenPortReservation, evenPortReservation)
        written.addFlag(.rfc5766Channels, rfc5766Channels)
    }
}
