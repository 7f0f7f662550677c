internal import DTLSSRTP
internal import TURN

/// What the control plane asks of a shard. Values in, values out.
enum ShardCommand: Sendable {
    case snapshot(CheckedContinuation<ShardSnapshot?, Never>)
    case reconfigure(TURN.Configuration, CertificateIdentity?, CheckedContinuation<Void, Never>)
    case drain(DrainAnswer, CheckedContinuation<Void, Never>)
    case stop(CheckedContinuation<Void, Never>)
}
